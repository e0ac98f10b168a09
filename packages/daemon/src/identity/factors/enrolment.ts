// Adding and removing second factors. RULE: whoever gets here has proved who they are; a factor counts from the moment that it was
// shown to work, and recovery codes exist as long as there is a factor they could stand in for.
import { type JsonObject, type Passkey, parsePasskeyMade, type UserId } from '@castellan/contract';
import type { Clock } from '../../clock.ts';
import { newId } from '../../ids.ts';
import type { Challenges } from './challenges.ts';
import type { KeptFactors } from './kept-factors.ts';
import { challengeOf, checkMade, makingOptions } from './passkeys.ts';
import { newRecoveryCodes, recoveryDigest } from './recovery-codes.ts';
import type { NamedSite } from './site.ts';
import { acceptedStep, base32Of, newTotpSecret, totpUri } from './totp.ts';

const BEGUN_MS = 15 * 60_000;
/** Of one person. */
const MOST_PASSKEYS = 20;

export type Added =
  /** `codes`: new recovery codes, where this is the first factor; otherwise none. */
  { readonly kind: 'added'; readonly codes: readonly string[] } | { readonly kind: 'refused'; readonly why: string };

export interface Enrolment {
  /** The secret counts once `confirmTotp` has seen a code of it. It is not told again. */
  beginTotp(user: UserId, name: string): { readonly secret: string; readonly uri: string };
  confirmTotp(user: UserId, code: string): Promise<Added>;
  removeTotp(user: UserId): Promise<boolean>;
  beginPasskey(user: UserId, name: string, site: NamedSite): JsonObject;
  addPasskey(user: UserId, name: string, response: JsonObject): Promise<Added>;
  removePasskey(user: UserId, id: string): Promise<Passkey | null>;
  /** The old ones end. Null: there is no factor they could stand in for. */
  newCodes(user: UserId): Promise<readonly string[] | null>;
  /** Everything of somebody who is gone. */
  forget(user: UserId): Promise<void>;
}

export interface EnrolmentHost {
  readonly clock: Clock;
  readonly kept: KeptFactors;
  readonly challenges: Challenges;
}

const refused = (why: string): Added => ({ kind: 'refused', why });

export function createEnrolment({ clock, kept, challenges }: EnrolmentHost): Enrolment {
  const begun = new Map<UserId, { readonly secret: Uint8Array; readonly until: number }>();

  const replaceCodes = async (user: UserId): Promise<readonly string[]> => {
    const codes = newRecoveryCodes(clock.random);
    await kept.setCodes(
      user,
      codes.map((code) => new Uint8Array(recoveryDigest(code))),
    );
    return codes;
  };
  const firstCodes = async (user: UserId, had: boolean): Promise<Added> => ({
    kind: 'added',
    codes: had ? [] : await replaceCodes(user),
  });
  const afterRemoval = async (user: UserId): Promise<void> => {
    if (!kept.has(user)) await kept.setCodes(user, []);
  };

  return {
    beginTotp(user, name) {
      const secret = newTotpSecret(clock.random);
      begun.set(user, { secret, until: clock.monotonic() + BEGUN_MS });
      return { secret: base32Of(secret), uri: totpUri(secret, name) };
    },
    async confirmTotp(user, code) {
      const fresh = begun.get(user);
      if (fresh === undefined || clock.monotonic() >= fresh.until) return refused('it was not begun, or too long ago');
      const step = acceptedStep(fresh.secret, code, clock.now(), 0);
      if (step === null) return refused('the code is not the one the app shows now');
      const had = kept.has(user);
      begun.delete(user);
      await kept.setTotp(user, { secret: fresh.secret, used: step, at: clock.now() });
      return firstCodes(user, had);
    },
    async removeTotp(user) {
      if (kept.totp(user) === null) return false;
      await kept.setTotp(user, null);
      await afterRemoval(user);
      return true;
    },
    beginPasskey: (user, name, site) =>
      makingOptions(
        site,
        challenges.make({ kind: 'register', user }, site),
        { id: user, name },
        kept.passkeys(user).flatMap((passkey) => (passkey.info.site === site.id ? [passkey.key] : [])),
      ),
    async addPasskey(user, name, response) {
      const parsed = parsePasskeyMade(response);
      const challenge = parsed.ok ? challengeOf(parsed.value) : null;
      const site = challenge === null ? null : challenges.take(challenge, { kind: 'register', user });
      if (!parsed.ok || challenge === null || site === null) return refused('it was not begun, or too long ago');
      const made = await checkMade(parsed.value, site, challenge);
      if (made.kind === 'refused') return made;
      if (kept.passkey(parsed.value.id) !== null) return refused('this passkey is known already');
      if (kept.passkeys(user).length >= MOST_PASSKEYS) return refused(`${MOST_PASSKEYS} passkeys are the most`);
      const had = kept.has(user);
      const id: Passkey['id'] = newId(clock, 'passkey');
      const info: Passkey = {
        id,
        name,
        site: site.id,
        createdAt: clock.now(),
        lastUsedAt: null,
        synced: made.key.synced,
      };
      await kept.putPasskey({ user, key: made.key, info });
      return firstCodes(user, had);
    },
    async removePasskey(user, id) {
      const passkey = kept.passkeys(user).find(({ info }) => info.id === id);
      if (passkey === undefined) return null;
      await kept.dropPasskey(passkey);
      await afterRemoval(user);
      return passkey.info;
    },
    newCodes: async (user) => (kept.has(user) ? replaceCodes(user) : null),
    async forget(user) {
      begun.delete(user);
      await kept.setTotp(user, null);
      for (const passkey of kept.passkeys(user)) await kept.dropPasskey(passkey);
      await kept.setCodes(user, []);
    },
  };
}
