// The browser's side of web push: its permission, its subscription. What comes of it is given to the daemon and to nobody else.
import { parserOf, pushSubscriptionSchema, type PushSubscription as Subscription } from '@castellan/contract';
import { SERVICE_WORKER } from '../../app/strict.ts';

export const mayPush = (): boolean =>
  isSecureContext && 'serviceWorker' in navigator && 'PushManager' in globalThis && 'Notification' in globalThis;

const parseSubscription = parserOf(pushSubscriptionSchema);

const registration = async (): Promise<ServiceWorkerRegistration> => {
  await navigator.serviceWorker.register(SERVICE_WORKER);
  return navigator.serviceWorker.ready;
};

export async function currentPush(): Promise<PushSubscription | null> {
  const found = await navigator.serviceWorker.getRegistration(SERVICE_WORKER);
  return (await found?.pushManager.getSubscription()) ?? null;
}

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Asks the person, then the browser's push service. @throws Error in words for the page. */
export async function startPush(key: string): Promise<Subscription> {
  if ((await Notification.requestPermission()) !== 'granted')
    throw new Error('the browser was not allowed to show notifications: allow them for this address and try again');
  const { pushManager } = await registration();
  const made = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(key) });
  const parsed = parseSubscription(made.toJSON());
  if (!parsed.ok) throw new Error("the browser's subscription cannot be understood");
  return parsed.value;
}

/** Gives back what the daemon shall forget. */
export async function stopPush(): Promise<string | null> {
  const push = await currentPush();
  await push?.unsubscribe();
  return push?.endpoint ?? null;
}
