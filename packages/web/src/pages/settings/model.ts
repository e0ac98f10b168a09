// Settings as words: deliveries, sign-ins, tokens, what a role may do, how a person is reached from elsewhere. Pure.
import type { ChannelList, Instant, Role, SignIn, tokenPermissionSchema } from '@castellan/contract';
import { agoText, countText } from '../../kit/time-text.ts';

export type ChannelView = ChannelList['channels'][number];
type Delivery = ChannelView['deliveries'][number];
export type TokenPermission = (typeof tokenPermissionSchema.options)[number];

export const ROLE_MEANS: Readonly<Record<Role, string>> = {
  admin: 'may do everything',
  approver: 'answers approvals, makes and ends grants, freezes and thaws agents',
  viewer: 'looks; changes nothing',
};

export type Tone = 'good' | 'warn' | 'bad' | 'none';

/** What a message was about, in words; what the daemon calls it is an id. */
function aboutWords(about: string): string {
  if (about.startsWith('approval_')) return 'a question';
  if (about === 'test') return 'a test message';
  return about.startsWith('alarm ') ? `an alarm, ${about.slice('alarm '.length)}` : about;
}

/** Whether an address means the very machine that opens it: no use in a message to a phone. */
export function isOnlyHere(address: string): boolean {
  const host = URL.canParse(address) ? new URL(address).hostname : '';
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127\./.test(host);
}

/** What became of the latest message of a channel. */
export function deliveryWords(
  delivery: Delivery | undefined,
  now: Instant,
): { readonly tone: Tone; readonly text: string } {
  if (delivery === undefined) return { tone: 'none', text: 'nothing sent yet' };
  const when = agoText(delivery.at, now);
  switch (delivery.state) {
    case 'sent':
      return { tone: 'good', text: `sent ${when}: ${aboutWords(delivery.about)}` };
    case 'retrying':
      return { tone: 'warn', text: `failed ${countText(delivery.tries, 'time')}, tried again soon: ${delivery.text}` };
    case 'given-up':
      return { tone: 'bad', text: `nobody was reached ${when}: ${delivery.text}` };
  }
}

const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdg\//, 'Edge'],
  [/\bFirefox\//, 'Firefox'],
  [/(Chrome|Chromium)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
];

/** What a client says it is, for people; never believed for more. */
export function clientWords({ client, kind }: Pick<SignIn, 'client' | 'kind'>): string {
  const first = (table: typeof BROWSERS): string | undefined => table.find(([like]) => like.test(client))?.[1];
  const browser = first(BROWSERS);
  const system = first(SYSTEMS);
  if (browser !== undefined) return system === undefined ? browser : `${browser} on ${system}`;
  if (client !== '') return client.slice(0, 60);
  return kind === 'browser' ? 'a browser' : 'a program';
}

export const FACTOR_WORDS: Readonly<Record<SignIn['factor'], string>> = {
  none: 'password alone',
  totp: 'with an app code',
  passkey: 'with a passkey',
  recovery: 'with a recovery code',
};

/** This one first, then who was here last. */
export const signInsInOrder = (signIns: readonly SignIn[]): readonly SignIn[] =>
  signIns.toSorted((a, b) => Number(b.current) - Number(a.current) || b.lastSeenAt - a.lastSeenAt);

export interface TokenPurpose {
  readonly title: string;
  readonly help: string;
  readonly permissions: readonly TokenPermission[];
}

/** What tokens are usually for; every permission that is needed for it and none more. */
export const TOKEN_PURPOSES: readonly TokenPurpose[] = [
  {
    title: 'Look',
    help: 'status, activity, approvals, policy; changes nothing',
    permissions: [
      'status:read',
      'events:read',
      'approvals:read',
      'grants:read',
      'policy:read',
      'modules:read',
      'agents:read',
      'ledger:read',
      'limits:read',
    ],
  },
  {
    title: 'Freeze',
    help: 'stop every agent from a script',
    permissions: ['status:read', 'agents:read', 'agents:freeze'],
  },
  {
    title: 'Answer',
    help: 'approve and deny; never where a second factor is needed',
    permissions: ['status:read', 'events:read', 'approvals:read', 'approvals:resolve'],
  },
];

/** The invite as a link; the code stands in the fragment, which no server sees. */
export const inviteLink = (origin: string, invite: string): string => `${origin}/join#${encodeURIComponent(invite)}`;
