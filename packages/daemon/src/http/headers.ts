// What a browser is told with every answer. RULE: everything is off, and what our page needs is named; nothing may be loaded
// from anywhere else, no code or style may stand in a page but what carries this page's own nonce (W2).
import type { Listener } from './origins.ts';

export type Headers = { readonly [name: string]: string };

/** Features of browsers that nothing here uses. */
const OFF = [
  'accelerometer',
  'autoplay',
  'browsing-topics',
  'camera',
  'display-capture',
  'encrypted-media',
  'fullscreen',
  'gamepad',
  'geolocation',
  'gyroscope',
  'hid',
  'idle-detection',
  'local-fonts',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'picture-in-picture',
  'screen-wake-lock',
  'serial',
  'usb',
  'xr-spatial-tracking',
];
const OWN = ['clipboard-write', 'publickey-credentials-create', 'publickey-credentials-get'];

const ALWAYS: Headers = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'permissions-policy': [...OFF.map((name) => `${name}=()`), ...OWN.map((name) => `${name}=(self)`)].join(', '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
};
/** Of one host only: what else stands under the user's domain is not ours to decide. */
const OVER_TLS: Headers = { ...ALWAYS, 'strict-transport-security': 'max-age=31536000' };

const LINES = Object.entries(ALWAYS);
const LINES_OVER_TLS = Object.entries(OVER_TLS);

/** On every answer, as names and values; a handler may say otherwise of its own. */
export const headersOf = (listener: Listener): readonly (readonly [string, string])[] =>
  listener.kind === 'remote' ? LINES_OVER_TLS : LINES;

/**
 * Of the page and of its service worker. `trusted-types default`: the one policy the page makes; it lets through text that
 * holds no markup.
 */
export const pagePolicy = (nonce: string | null): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self'${nonce === null ? '' : ` 'nonce-${nonce}'`}`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types default',
  ].join('; ');
