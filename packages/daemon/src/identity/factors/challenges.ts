// Challenges of passkeys. INVARIANT: each is good once, for five minutes, for one purpose and one person; what is presented is
// gone whether it was right or not, so that an assertion which was seen is worth nothing.
import { hash } from 'node:crypto';
import type { ApprovalId, Digest, ScriptName, UserId } from '@castellan/contract';
import type { Clock } from '../../clock.ts';
import type { NamedSite } from './site.ts';

const LIFE_MS = 5 * 60_000;
/** Of one person; the oldest goes. More than anybody has pages open. */
const MOST_EACH = 16;
/** Of sign-ins that name nobody yet. */
const MOST_UNNAMED = 1000;

/** What it was made for. */
export type Purpose =
  | { readonly kind: 'register'; readonly user: UserId }
  /** With nothing but a passkey: who it is is not known before. */
  | { readonly kind: 'sign-in' }
  /** `attempt`: of the sign-in whose password was right. */
  | { readonly kind: 'second-factor'; readonly user: UserId; readonly attempt: string }
  /** A change of one's own account. */
  | { readonly kind: 'account'; readonly user: UserId }
  | { readonly kind: 'approval'; readonly user: UserId; readonly approval: ApprovalId; readonly digest: Digest }
  /** A version of a script: its bytes and what they may do. */
  | { readonly kind: 'script'; readonly user: UserId; readonly script: ScriptName; readonly digest: Digest };

/** What somebody who is signed in proves a factor for. */
export type Asked = Extract<Purpose, { kind: 'account' | 'approval' | 'script' }>;

export interface Challenges {
  /** Base64url. Where there is a digest it is made of that too: what is signed is what was seen. */
  make(purpose: Purpose, site: NamedSite): string;
  /** Ends it, and says for which site it was made. Null: never made, used, too old, or made for something else. */
  take(challenge: string, purpose: Purpose): NamedSite | null;
  /** What it was made for is over. */
  forget(user: UserId): void;
}

interface Made {
  readonly purpose: Purpose;
  readonly site: NamedSite;
  readonly until: number;
}

const whoseOf = (purpose: Purpose): UserId | null => (purpose.kind === 'sign-in' ? null : purpose.user);

function isFor(made: Purpose, wanted: Purpose): boolean {
  if (made.kind !== wanted.kind || whoseOf(made) !== whoseOf(wanted)) return false;
  if (made.kind === 'second-factor') return wanted.kind === 'second-factor' && made.attempt === wanted.attempt;
  if (made.kind === 'script')
    return wanted.kind === 'script' && made.script === wanted.script && made.digest === wanted.digest;
  if (made.kind !== 'approval') return true;
  return wanted.kind === 'approval' && made.approval === wanted.approval && made.digest === wanted.digest;
}

function seenOf(purpose: Purpose): string | null {
  switch (purpose.kind) {
    case 'approval':
      return `${purpose.approval} ${purpose.digest}`;
    case 'script':
      return `${purpose.script} ${purpose.digest}`;
    case 'register':
    case 'sign-in':
    case 'second-factor':
    case 'account':
      return null;
  }
}

export function createChallenges({ monotonic, random }: Pick<Clock, 'monotonic' | 'random'>): Challenges {
  const open = new Map<string, Made>();
  const makeRoom = (whose: UserId | null): void => {
    const now = monotonic();
    for (const [challenge, { until }] of open) if (until <= now) open.delete(challenge);
    const theirs = [...open].filter(([, { purpose }]) => whoseOf(purpose) === whose);
    const most = whose === null ? MOST_UNNAMED : MOST_EACH;
    for (const [challenge] of theirs.slice(0, Math.max(0, theirs.length - most + 1))) open.delete(challenge);
  };
  return {
    make(purpose, site) {
      makeRoom(whoseOf(purpose));
      const fresh = random(32);
      const seen = seenOf(purpose);
      const challenge = seen === null ? fresh : hash('sha256', `${fresh.toString('hex')} ${seen}`, 'buffer');
      const text = challenge.toString('base64url');
      open.set(text, { purpose, site, until: monotonic() + LIFE_MS });
      return text;
    },
    take(challenge, purpose) {
      const made = open.get(challenge);
      open.delete(challenge);
      return made !== undefined && made.until > monotonic() && isFor(made.purpose, purpose) ? made.site : null;
    },
    forget(user) {
      for (const [challenge, { purpose }] of open) if (whoseOf(purpose) === user) open.delete(challenge);
    },
  };
}
