// The second factors of everybody, as they count now. INVARIANT: memory changes in one step, before anything is awaited, so that
// of two who use one code at the same instant one finds it used.
import type { UserId } from '@castellan/contract';
import type { FactorRows, PasskeyFactor, TotpFactor } from './factor-rows.ts';

export interface KeptFactors {
  totp(user: UserId): TotpFactor | null;
  setTotp(user: UserId, totp: TotpFactor | null): Promise<void>;
  passkeys(user: UserId): readonly PasskeyFactor[];
  /** By its credential id, as it was sent. */
  passkey(credential: string): PasskeyFactor | null;
  putPasskey(passkey: PasskeyFactor): Promise<void>;
  dropPasskey(passkey: PasskeyFactor): Promise<void>;
  codes(user: UserId): readonly Uint8Array[];
  setCodes(user: UserId, digests: readonly Uint8Array[]): Promise<void>;
  /** Whether they have one at all; recovery codes stand in for one and are none. */
  has(user: UserId): boolean;
  /** Those who have one. */
  users(): ReadonlySet<UserId>;
}

const nameOf = (credential: Uint8Array): string => Buffer.from(credential).toString('base64url');

export async function loadFactors(rows: FactorRows): Promise<KeptFactors> {
  const totp = new Map(await rows.totp());
  const passkeys = new Map((await rows.passkeys()).map((each) => [nameOf(each.key.credential), each]));
  const codes = new Map(await rows.recoveryCodes());
  const passkeysOf = (user: UserId): readonly PasskeyFactor[] =>
    [...passkeys.values()].filter((passkey) => passkey.user === user);
  return {
    totp: (user) => totp.get(user) ?? null,
    setTotp(user, next) {
      if (next === null) totp.delete(user);
      else totp.set(user, next);
      return rows.saveTotp(user, next);
    },
    passkeys: passkeysOf,
    passkey: (credential) => passkeys.get(nameOf(Buffer.from(credential, 'base64url'))) ?? null,
    putPasskey(passkey) {
      passkeys.set(nameOf(passkey.key.credential), passkey);
      return rows.savePasskey(passkey);
    },
    dropPasskey(passkey) {
      passkeys.delete(nameOf(passkey.key.credential));
      return rows.dropPasskey(passkey.info.id);
    },
    codes: (user) => codes.get(user) ?? [],
    setCodes(user, digests) {
      codes.set(user, digests);
      return rows.saveRecoveryCodes(user, digests);
    },
    has: (user) => totp.has(user) || passkeysOf(user).length > 0,
    users: () => new Set([...totp.keys(), ...[...passkeys.values()].map(({ user }) => user)]),
  };
}
