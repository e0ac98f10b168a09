// Shows what a push message says, and opens the page when it is pressed. RULE: it keeps nothing and answers no request of the
// page: what is shown is always what the daemon says now.

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

/** The message as the daemon wrote it; a message that cannot be read still says that something waits. */
function read(event) {
  try {
    return event.data?.json() ?? {};
  } catch {
    return {};
  }
}

const textOf = (value, otherwise) => (typeof value === 'string' && value !== '' ? value : otherwise);

/** Only a path of this very page: a message must not lead anywhere else. */
function placeOf(value) {
  const place = new URL(textOf(value, '/'), self.location.origin);
  return place.origin === self.location.origin ? place.href : `${self.location.origin}/`;
}

self.addEventListener('push', (event) => {
  const message = read(event);
  const shown = self.registration.showNotification(textOf(message.title, 'Castellan'), {
    body: textOf(message.body, 'Something waits for you.'),
    icon: '/icon-192.png',
    badge: '/icon-192.png',
    tag: textOf(message.tag, 'castellan'),
    renotify: true,
    requireInteraction: message.urgent === true,
    data: { url: placeOf(message.url) },
  });
  const marked = self.navigator.setAppBadge?.()?.catch(() => undefined);
  event.waitUntil(Promise.all([shown, marked]));
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const place = event.notification.data?.url ?? self.location.origin;
  const go = async () => {
    const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
    const open = pages.find((page) => new URL(page.url).origin === self.location.origin);
    if (open === undefined) return self.clients.openWindow(place);
    await open.focus();
    return open.navigate(place);
  };
  event.waitUntil(go());
});
