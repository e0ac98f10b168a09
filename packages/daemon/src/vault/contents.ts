// What is in the vault and how it changes: values of plain data, no disk and no clock. INVARIANT: a value leaves here only in
// `knownOf` (to be redacted) and in the contents themselves (to be sealed).
import {
  type Instant,
  type KeptSecret,
  MAX_FORMER_VALUES,
  MAX_REMOVED_VALUES,
  MAX_SECRET_BYTES,
  MAX_SECRETS,
  type OwnedValue,
  parseOwnedValue,
  type SecretAdd,
  type SecretChange,
  type SecretInfo,
  type VaultContents,
} from '@castellan/contract';
import { fingerprintOf, type KnownSecret, whyNotProtected } from '@castellan/secrets';
import { fault, type VaultFault } from './fault.ts';

export type Changed = { readonly ok: true; readonly secrets: readonly KeptSecret[]; readonly secret: KeptSecret };
export type Usage = Pick<SecretInfo, 'lastUsed' | 'timesUsed'>;

const DAY_MS = 86_400_000;
const SOON_MS = 7 * DAY_MS;
const REMOVED_MS = 90 * DAY_MS;
const REMOVED_CHARACTERS = 512 * 1024;

export function dueOf({ expiresAt, rotatedAt, rotateAfterDays }: KeptSecret, now: Instant): SecretInfo['due'] {
  const rotateAt = rotateAfterDays === null ? Number.POSITIVE_INFINITY : rotatedAt + rotateAfterDays * DAY_MS;
  const endsAt = expiresAt ?? Number.POSITIVE_INFINITY;
  if (endsAt <= now) return 'expired';
  if (rotateAt <= now) return 'now';
  return Math.min(rotateAt, endsAt) - now <= SOON_MS ? 'soon' : 'no';
}

export const infoOf = (key: string, secret: KeptSecret, usage: Usage, now: Instant): SecretInfo => ({
  name: secret.name,
  uses: [...secret.uses],
  note: secret.note,
  canary: secret.canary,
  ...(secret.owner !== undefined && { owner: secret.owner }),
  fingerprint: fingerprintOf(key, secret.value),
  createdAt: secret.createdAt,
  rotatedAt: secret.rotatedAt,
  expiresAt: secret.expiresAt,
  rotateAfterDays: secret.rotateAfterDays,
  ...usage,
  due: dueOf(secret, now),
});

const valuesOf = (secrets: readonly KeptSecret[]): readonly KnownSecret[] =>
  secrets.flatMap(({ name, value, former, owner }) =>
    [value, ...former].flatMap((each) =>
      (owner === undefined ? [each] : partsOf(each)).map((part) => ({ name, value: part })),
    ),
  );

/** Of a sign-in each token is hidden by itself: nobody ever sees them together. */
function partsOf(value: string): readonly string[] {
  const parsed = readOwned(value);
  return parsed === null ? [value] : Object.values(parsed.secrets);
}

export function readOwned(value: string): OwnedValue | null {
  try {
    const parsed = parseOwnedValue(JSON.parse(value));
    return parsed.ok ? parsed.value : null;
  } catch {
    return null;
  }
}

/** Everything that is to be redacted: former, expired and lately removed values too. */
export function knownOf({ secrets, removed }: VaultContents, now: Instant): readonly KnownSecret[] {
  const kept = valuesOf(secrets);
  const values = new Set(kept.map(({ value }) => value));
  const left = removed.filter(({ value, at }) => !values.has(value) && now - at < REMOVED_MS);
  return [...kept, ...left.map(({ name, value }) => ({ name, value }))];
}

/** What was removed before and now. Bounded in its size too, so that removing makes room. */
export function removedAfter(
  before: VaultContents,
  secrets: readonly KeptSecret[],
  now: Instant,
): VaultContents['removed'] {
  const names = new Set(secrets.map(({ name }) => name));
  const gone = valuesOf(before.secrets.filter(({ name }) => !names.has(name)));
  const all = [...gone.map((each) => ({ ...each, at: now })), ...before.removed];
  let room = REMOVED_CHARACTERS;
  return all
    .filter(({ at }) => now - at < REMOVED_MS)
    .slice(0, MAX_REMOVED_VALUES)
    .filter(({ value }) => {
      room -= value.length;
      return room >= 0;
    });
}

function valueFault(value: string): VaultFault | null {
  const why = whyNotProtected(value);
  return why === null ? null : fault('bad-value', why, 'what cannot be redacted cannot be kept: use a longer secret');
}

/** Whoever uses a canary is caught: a value in use must not be one. */
function canaryFault(
  secrets: readonly KeptSecret[],
  { name, value, canary }: Pick<KeptSecret, 'name' | 'value' | 'canary'>,
): VaultFault | null {
  const others = secrets.filter((secret) => secret.name !== name && secret.value === value);
  if (!others.some((secret) => secret.canary || canary)) return null;
  return fault('exists', 'a canary has a value that nothing else has', 'make a value for the canary alone');
}

const find = (secrets: readonly KeptSecret[], name: string): KeptSecret | VaultFault =>
  secrets.find((secret) => secret.name === name) ??
  fault('unknown', 'no such secret', '`castellan secrets list` shows their names');

const replaced = (secrets: readonly KeptSecret[], secret: KeptSecret): Changed => ({
  ok: true,
  secrets: secrets.map((each) => (each.name === secret.name ? secret : each)),
  secret,
});

export function addSecret(secrets: readonly KeptSecret[], added: SecretAdd, now: Instant): Changed | VaultFault {
  const bad = valueFault(added.value);
  if (bad !== null) return bad;
  const there = secrets.find(({ name }) => name === added.name);
  // Taken in twice from a file, say: the value is kept, as it was asked for.
  if (there !== undefined && there.value === added.value && !there.canary && !added.canary)
    return { ok: true, secrets, secret: there };
  if (there !== undefined)
    return fault('exists', `there is a secret \`${added.name}\` already`, 'rotate it, or take another name');
  const shared = canaryFault(secrets, added);
  if (shared !== null) return shared;
  if (secrets.length >= MAX_SECRETS)
    return fault('too-much', `the vault holds at most ${MAX_SECRETS} secrets`, 'remove some that are no longer used');
  const secret: KeptSecret = { ...added, former: [], createdAt: now, rotatedAt: now };
  return { ok: true, secrets: [...secrets, secret], secret };
}

/** What the sign-in of a module keeps: written over at each refresh, the tokens before it still hidden. */
export function keepOwned(
  secrets: readonly KeptSecret[],
  { name, owner, kept }: { readonly name: string; readonly owner: string; readonly kept: OwnedValue },
  now: Instant,
): Changed | VaultFault {
  const bad = Object.values(kept.secrets)
    .map(valueFault)
    .find((each) => each !== null);
  if (bad != null) return bad;
  const value = JSON.stringify(kept);
  if (Buffer.byteLength(value) > MAX_SECRET_BYTES)
    return fault('too-much', `a sign-in has at most ${MAX_SECRET_BYTES} bytes`, 'ask whoever runs the server');
  const there = secrets.find((secret) => secret.name === name);
  if (there === undefined) {
    const settings = { uses: [], note: `sign-in of module ${owner}`, expiresAt: null, rotateAfterDays: null };
    const added = { name, value, ...settings, canary: false, planted: [] };
    const answer = addSecret(secrets, added, now);
    if (!answer.ok) return answer;
    const secret: KeptSecret = { ...answer.secret, owner };
    return { ok: true, secrets: answer.secrets.map((each) => (each === answer.secret ? secret : each)), secret };
  }
  if (there.owner !== owner)
    return fault('exists', `there is a secret \`${name}\` already`, 'remove it, or give it another name');
  const former = formerly([there.value, ...there.former], value);
  return replaced(secrets, { ...there, value, former, rotatedAt: now });
}

const owned = ({ name, owner }: KeptSecret): VaultFault =>
  fault('exists', `\`${name}\` belongs to the sign-in of a module`, `\`castellan modules sign-out ${owner}\` ends it`);

export function changeSecret(
  secrets: readonly KeptSecret[],
  name: string,
  { uses, note, expiresAt, rotateAfterDays }: SecretChange,
): Changed | VaultFault {
  const secret = find(secrets, name);
  if ('ok' in secret) return secret;
  if (secret.owner !== undefined) return owned(secret);
  return replaced(secrets, {
    ...secret,
    ...(uses !== undefined && { uses }),
    ...(note !== undefined && { note }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(rotateAfterDays !== undefined && { rotateAfterDays }),
  });
}

const formerly = (values: readonly string[], present: string): readonly string[] =>
  [...new Set(values)].filter((value) => value !== present).slice(0, MAX_FORMER_VALUES);

export function rotateSecret(
  secrets: readonly KeptSecret[],
  name: string,
  value: string,
  now: Instant,
): Changed | VaultFault {
  const secret = find(secrets, name);
  if ('ok' in secret) return secret;
  if (secret.owner !== undefined) return owned(secret);
  const bad = valueFault(value);
  if (bad !== null) return bad;
  if (value === secret.value)
    return fault('bad-value', 'this is the value it has already', 'make a new one where it comes from');
  const shared = canaryFault(secrets, { ...secret, value });
  if (shared !== null) return shared;
  return replaced(secrets, {
    ...secret,
    value,
    former: formerly([secret.value, ...secret.former], value),
    rotatedAt: now,
  });
}

export function removeSecret(secrets: readonly KeptSecret[], name: string): Changed | VaultFault {
  const secret = find(secrets, name);
  if ('ok' in secret) return secret;
  return { ok: true, secrets: secrets.filter((each) => each !== secret), secret };
}

export interface Restored {
  readonly ok: true;
  readonly secrets: readonly KeptSecret[];
  readonly restored: readonly string[];
  readonly kept: readonly string[];
}

/** What a replaced secret was is still redacted. */
export function restoreSecrets(
  secrets: readonly KeptSecret[],
  backup: readonly KeptSecret[],
  existing: 'keep' | 'replace',
): Restored | VaultFault {
  if (valuesOf(backup).some(({ value }) => whyNotProtected(value) !== null))
    return fault('bad-backup', 'the backup holds a value that cannot be redacted', 'add its secrets one by one');
  const names = new Set(secrets.map(({ name }) => name));
  const taken = backup.filter(({ name }) => existing === 'replace' || !names.has(name));
  const byName = new Map(secrets.map((secret) => [secret.name, secret]));
  for (const secret of taken) {
    const before = byName.get(secret.name);
    const values = before === undefined ? secret.former : [before.value, ...before.former, ...secret.former];
    byName.set(secret.name, { ...secret, former: formerly(values, secret.value) });
  }
  if (byName.size > MAX_SECRETS)
    return fault('too-much', `the vault holds at most ${MAX_SECRETS} secrets`, 'remove some that are no longer used');
  const restored = taken.map(({ name }) => name);
  return {
    ok: true,
    secrets: [...byName.values()],
    restored,
    kept: backup.map(({ name }) => name).filter((name) => !restored.includes(name)),
  };
}
