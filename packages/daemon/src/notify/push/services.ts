// Where a push may go. INVARIANT: whoever is signed in names the endpoint, so it is one of the browsers' own push services or
// one the configuration names: no request of ours can be sent to a place of a person's choosing.

/** Chrome and its kin, Firefox, Edge, Safari. */
const KNOWN = [
  'fcm.googleapis.com',
  '*.push.services.mozilla.com',
  '*.notify.windows.com',
  '*.push.apple.com',
] as const;

const isBelow = (host: string, known: string): boolean =>
  known.startsWith('*.') ? host.endsWith(known.slice(1)) : host === known;

/** own: named in the configuration, so it may be on this machine; usual: of a browser; null: neither. */
export function serviceOf(endpoint: string, services: readonly string[]): 'own' | 'usual' | null {
  const url = URL.parse(endpoint);
  if (url === null || url.username !== '' || url.password !== '') return null;
  if (services.some((service) => URL.parse(service)?.origin === url.origin)) return 'own';
  const usual = url.protocol === 'https:' && url.port === '' && KNOWN.some((known) => isBelow(url.hostname, known));
  return usual ? 'usual' : null;
}
