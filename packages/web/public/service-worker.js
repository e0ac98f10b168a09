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
function placeOf(path) {
  const place = new URL(textOf(path, '/'), self.location.origin);
  return place.origin === self.location.origin ? place.href : `${self.location.origin}/`;
}

/** What can be pressed: each opens a page that asks once more. Browsers show two at most. */
const linksOf = ({ links }) =>
  (Array.isArray(links) ? links : [])
    .filter((link) => typeof link?.label === 'string' && typeof link?.path === 'string')
    .map(({ label, path }, index) => ({ label, index, place: placeOf(path) }));

self.addEventListener('push', (event) => {
  const message = read(event);
  const links = linksOf(message);
  const shown = self.registration.showNotification(textOf(message.title, 'Castellan'), {
    body: textOf(message.text, 'Something waits for you.'),
    icon: '/icon-192.png',
    badge: '/icon-192.png',
    // What came of something replaces the question about it.
    tag: textOf(message.key, 'castellan'),
    renotify: message.kind !== 'settled',
    requireInteraction: message.kind === 'approval' || message.kind === 'alarm',
    // The first link is the message itself.
    actions: links.slice(1, 3).map(({ label, index }) => ({ action: String(index), title: label })),
    data: { places: links.map(({ place }) => place) },
  });
  event.waitUntil(shown);
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const places = event.notification.data?.places ?? [];
  // Pressed anywhere but on a button: only to look.
  const place = places[event.action === '' ? 0 : Number(event.action)] ?? placeOf('/');
  event.waitUntil(
    (async () => {
      const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
      const open = pages.find((page) => new URL(page.url).origin === self.location.origin);
      // An open inbox is shown as it is; a link opens a page of its own, so that nothing being typed is lost.
      if (open !== undefined && new URL(place).pathname === '/') return open.focus();
      return self.clients.openWindow(place);
    })(),
  );
});
