// Proving a second factor. INVARIANT: a code, a recovery code and a passkey's answer are each good once, in one step and before
// anything is awaited; whatever is wrong with one is the same `wrong` to whoever sent it.
import { type FactorProof, type JsonObject, parsePasskeyUsed, type UserId } from '@castellan/contract';
import type { Clock } from '../../clock.ts';
import { sameDigest } from '../credentials.ts';
import { type Attempts, createAttempts } from './attempts.ts';
import type { Challenges, Purpose } from './challenges.ts';
import type { FactorRows } from './factor-rows.ts';
import type { KeptFactors } from './kept-factors.ts';
import { challengeOf, checkUsed, ownerSaid } from './passkeys.ts';
import { recoveryDigest } from './recovery-codes.ts';
import { acceptedStep } from './totp.ts';

export type Proved =
  | { readonly kind: 'right'; readonly factor: 'totp' | 'passkey' | 'recovery' }
  /** `why` is for the record alone. */
  | { readonly kind: 'wrong'; readonly why: string }
  | { readonly kind: 'held-off'; readonly seconds: number };

export type ProvedAlone =
  | { readonly kind: 'right'; readonly user: UserId }
  | { readonly kind: 'wrong'; readonly why: string; readonly user: UserId | null };

/** What a passkey's answer is to be an answer to. `user` null: whoever it says it is. */
type Asked = { readonly purpose: Purpose; readonly user: UserId | null };

const wrong = (why: string) => ({ kind: 'wrong', why }) as const;

export interface ProvingHost {
  readonly clock: Pick<Clock, 'now'>;
  readonly kept: KeptFactors;
  readonly rows: Pick<FactorRows, 'tries' | 'saveTries'>;
  readonly challenges: Challenges;
  /** Told before anybody is let in by one. */
  readonly recoveryUsed: (user: UserId, left: number) => Promise<void>;
}

export interface Proving {
  prove(user: UserId, proof: FactorProof, purpose: Purpose): Promise<Proved>;
  /** With a passkey and nothing else: it must have seen who holds it, and say whose it is. */
  proveAlone(response: JsonObject): Promise<ProvedAlone>;
  forget(user: UserId): Promise<void>;
}

export async function createProving({ clock, kept, rows, challenges, recoveryUsed }: ProvingHost): Promise<Proving> {
  const attempts: Attempts = createAttempts(clock, await rows.tries());

  const useTotp = (user: UserId, code: string): Promise<void> | null => {
    const totp = kept.totp(user);
    const step = totp === null ? null : acceptedStep(totp.secret, code, clock.now(), totp.used);
    return totp === null || step === null ? null : kept.setTotp(user, { ...totp, used: step });
  };

  const useRecovery = (user: UserId, code: string): Promise<void> | null => {
    const digest = recoveryDigest(code);
    const had = kept.codes(user);
    // All are compared, so that timing does not tell which.
    const left = had.filter((each) => !sameDigest(digest, Buffer.from(each)));
    return left.length === had.length ? null : kept.setCodes(user, left);
  };

  const proveCode = async (user: UserId, proof: Exclude<FactorProof, { kind: 'passkey' }>): Promise<Proved> => {
    const leave = attempts.take(user);
    if (leave.kind === 'held-off') return leave;
    const used = proof.kind === 'totp' ? useTotp(user, proof.code) : useRecovery(user, proof.code);
    if (used !== null) attempts.right(user);
    // What is kept is what counts now, whatever came between.
    await rows.saveTries(user, attempts.of(user));
    if (used === null) return wrong(proof.kind === 'totp' ? 'the code is wrong or was used' : 'no such recovery code');
    await used;
    if (proof.kind === 'recovery') await recoveryUsed(user, kept.codes(user).length);
    return { kind: 'right', factor: proof.kind };
  };

  const usePasskey = async (response: JsonObject, { purpose, user }: Asked) => {
    const parsed = parsePasskeyUsed(response);
    const challenge = parsed.ok ? challengeOf(parsed.value) : null;
    const site = challenge === null ? null : challenges.take(challenge, purpose);
    if (!parsed.ok || challenge === null || site === null)
      return wrong('the passkey answers another question, or one that is over');
    const passkey = kept.passkey(parsed.value.id);
    if (passkey === null || passkey.info.site !== site.id || (user !== null && passkey.user !== user))
      return wrong('no such passkey');
    const said = ownerSaid(parsed.value);
    if (said === null ? user === null : said !== passkey.user) return wrong('the passkey is not theirs');
    const used = await checkUsed(parsed.value, site, challenge, passkey.key);
    if (used.kind === 'refused') return wrong(`the passkey: ${used.why}`);
    // Read again: it may have been removed, or used by another request, while the signature was checked.
    const now = kept.passkey(parsed.value.id);
    if (now === null) return wrong('no such passkey');
    const counts = used.counter > 0 || now.key.counter > 0;
    if (counts && used.counter <= now.key.counter)
      return wrong(`the counter of passkey ${now.info.id} went back: there may be a copy of it`);
    const { counter, synced, verified } = used;
    await kept.putPasskey({
      ...now,
      key: { ...now.key, counter, synced },
      info: { ...now.info, synced, lastUsedAt: clock.now() },
    });
    return { kind: 'used', user: now.user, verified } as const;
  };

  return {
    async prove(user, proof, purpose) {
      if (proof.kind !== 'passkey') return proveCode(user, proof);
      const used = await usePasskey(proof.response, { purpose, user });
      return used.kind === 'wrong' ? used : { kind: 'right', factor: 'passkey' };
    },
    async proveAlone(response) {
      const used = await usePasskey(response, { purpose: { kind: 'sign-in' }, user: null });
      if (used.kind === 'wrong') return { ...used, user: null };
      const { user } = used;
      // Found is not known: alone it counts only where it saw a finger, a face or a PIN.
      if (!used.verified) return { ...wrong('the passkey did not see who holds it'), user };
      return { kind: 'right', user };
    },
    async forget(user) {
      attempts.right(user);
      challenges.forget(user);
      await rows.saveTries(user, null);
    },
  };
}
