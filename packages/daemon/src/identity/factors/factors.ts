// Second factors: what the rest of the daemon asks of them. Sign-in asks by `ask`, `check` and `signIn…`; one's own account by
// `begin` and `prove`; a person who approves by the same, bound to the approval. They are told of nothing but a yes or a no.
import type { FactorProof, JsonObject, Passkey, User, UserId } from '@castellan/contract';
import type { Clock } from '../../clock.ts';
import type { Store } from '../../store/index.ts';
import type { FactorQuestion } from '../people/pending.ts';
import { type Asked, createChallenges, type Purpose } from './challenges.ts';
import { createEnrolment, type Enrolment } from './enrolment.ts';
import { factorRows } from './factor-rows.ts';
import { loadFactors } from './kept-factors.ts';
import { usingOptions } from './passkeys.ts';
import { createProving, type Proved, type ProvedAlone } from './proving.ts';
import { type NamedSite, siteOf } from './site.ts';

export interface SecondFactors {
  of(user: UserId): User['factors'];
  passkeys(user: UserId): readonly Passkey[];
  has(user: UserId): boolean;
  /** Those who have one. */
  users(): ReadonlySet<UserId>;
  ask(user: UserId, origin: string | null): Promise<FactorQuestion | null>;
  /** `memory`: as `ask` gave it. */
  check(user: UserId, proof: FactorProof, memory: string | null): Promise<Proved>;
  /** Options for the page's WebAuthn call; null: they have no passkey for this site. */
  begin(purpose: Asked, site: NamedSite): JsonObject | null;
  prove(proof: FactorProof, purpose: Asked): Promise<Proved>;
  beginSignIn(site: NamedSite): { readonly challenge: string; readonly options: JsonObject };
  proveAlone(response: JsonObject): Promise<ProvedAlone>;
  readonly enrolment: Omit<Enrolment, 'forget'>;
  /** Everything of somebody who is gone. */
  forget(user: UserId): Promise<void>;
}

/** @param recoveryUsed told of each recovery code that was used, before anybody is let in by it. */
export async function loadSecondFactors(
  store: Pick<Store, 'db'>,
  clock: Clock,
  recoveryUsed: (user: UserId, left: number) => Promise<void>,
): Promise<SecondFactors> {
  const rows = factorRows(store);
  const kept = await loadFactors(rows);
  const challenges = createChallenges(clock);
  const proving = await createProving({ clock, kept, rows, challenges, recoveryUsed });
  const { forget: forgetEnrolled, ...enrolment } = createEnrolment({ clock, kept, challenges });

  const optionsFor = (purpose: Extract<Purpose, { user: UserId }>, site: NamedSite): JsonObject | null => {
    const keys = kept.passkeys(purpose.user).flatMap((passkey) => (passkey.info.site === site.id ? [passkey.key] : []));
    return keys.length === 0 ? null : usingOptions(site, challenges.make(purpose, site), 'preferred', keys);
  };
  const of = (user: UserId): User['factors'] => ({
    totp: kept.totp(user) !== null,
    passkeys: kept.passkeys(user).length,
    recoveryCodes: kept.codes(user).length,
  });

  return {
    of,
    passkeys: (user) => kept.passkeys(user).map(({ info }) => info),
    has: kept.has,
    users: kept.users,
    async ask(user, origin) {
      if (!kept.has(user)) return null;
      const { totp, passkeys, recoveryCodes } = of(user);
      const site = siteOf(origin);
      const attempt = clock.random(16).toString('hex');
      const passkey = site.kind === 'site' ? optionsFor({ kind: 'second-factor', user, attempt }, site) : null;
      return {
        factors: [
          ...(passkeys > 0 ? (['passkey'] as const) : []),
          ...(totp ? (['totp'] as const) : []),
          ...(recoveryCodes > 0 ? (['recovery'] as const) : []),
        ],
        ...(passkey !== null && { passkey }),
        memory: attempt,
      };
    },
    check: (user, proof, memory) => proving.prove(user, proof, { kind: 'second-factor', user, attempt: memory ?? '' }),
    begin: optionsFor,
    prove: (proof, purpose) => proving.prove(purpose.user, proof, purpose),
    beginSignIn(site) {
      const challenge = challenges.make({ kind: 'sign-in' }, site);
      return { challenge, options: usingOptions(site, challenge, 'required', []) };
    },
    proveAlone: proving.proveAlone,
    enrolment,
    async forget(user) {
      await forgetEnrolled(user);
      await proving.forget(user);
    },
  };
}
