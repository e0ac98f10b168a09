// Secrets as rows: what needs doing first, ages in words, uses as typed. INVARIANT: no type here has room for a value.
import { type Instant, type SecretInfo, type SecretUse, secretUseSchema } from '@castellan/contract';
import { agoText, countText } from '../../kit/time-text.ts';
import { DAY, lasting } from '../../kit/words.ts';

const WEIGHT: Readonly<Record<SecretInfo['due'], number>> = { expired: 0, now: 1, soon: 2, no: 3 };

/** What is due first, then by name. */
export const inOrder = (secrets: readonly SecretInfo[]): readonly SecretInfo[] =>
  secrets.toSorted((a, b) => WEIGHT[a.due] - WEIGHT[b.due] || a.name.localeCompare(b.name));

export function dueWords(secret: SecretInfo, now: Instant): string {
  if (secret.due === 'expired') return 'expired: it is not given out any more';
  if (secret.due === 'now') return 'rotate it now';
  const days = secret.rotateAfterDays;
  const rotation = days === null ? null : secret.rotatedAt + days * DAY;
  const end = [rotation, secret.expiresAt].filter((at) => at !== null).toSorted((a, b) => a - b)[0];
  if (end === undefined) return 'no rotation set';
  const what = end === rotation ? 'rotate' : 'ends';
  return `${what} in ${lasting(Math.max(0, end - now))}`;
}

export const ageWords = (secret: SecretInfo, now: Instant): string => `value set ${agoText(secret.rotatedAt, now)}`;

export function usedWords(secret: SecretInfo, now: Instant): string {
  if (secret.lastUsed === null) return 'never used';
  const { at, host } = secret.lastUsed;
  return `used ${countText(secret.timesUsed, 'time')}, last ${agoText(at, now)}${host === null ? '' : ` for ${host}`}`;
}

export const useText = ({ kind, name }: SecretUse): string => `${kind}:${name}`;

export type Uses =
  | { readonly ok: true; readonly uses: readonly SecretUse[] }
  | { readonly ok: false; readonly why: string };

/** One use a line, `kind:name`: `host:api.example.org`, `agent:claude`. */
export function parseUses(text: string): Uses {
  const uses: SecretUse[] = [];
  for (const line of text.split(/[\n,]/).map((part) => part.trim())) {
    if (line === '') continue;
    const colon = line.indexOf(':');
    const use = secretUseSchema.safeParse({ kind: line.slice(0, Math.max(0, colon)), name: line.slice(colon + 1) });
    if (!use.success) {
      const why = use.error.issues[0]?.message ?? 'cannot be read';
      return {
        ok: false,
        why: `\`${line}\`: ${colon < 1 ? 'write it as kind:name, such as host:api.example.org' : why}`,
      };
    }
    uses.push(use.data);
  }
  return { ok: true, uses };
}

/** Where it may go, in words; INVARIANT of the vault: without a host it leaves for nowhere. */
export function reachWords(uses: readonly SecretUse[]): string {
  const hosts = uses.filter(({ kind }) => kind === 'host').map(({ name }) => name);
  return hosts.length === 0 ? 'leaves for nowhere' : `goes only to ${hosts.join(', ')}`;
}

/** Days as typed; null for none. */
export function daysOf(text: string): number | null {
  const days = Number.parseInt(text, 10);
  return Number.isNaN(days) ? null : days;
}
