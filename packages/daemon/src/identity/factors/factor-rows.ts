// What is kept of each person's second factors: in memory as it counts, in rows so that it outlives the daemon. RULE: memory is
// changed first and in one step; a row that follows late can only make a used code look used.
import { instantSchema, type Passkey, passkeySchema, type UserId, userIdSchema } from '@castellan/contract';
import { z } from 'zod';
import type { Store } from '../../store/index.ts';
import type { Tries } from './attempts.ts';
import type { PasskeyKey } from './passkeys.ts';

export interface TotpFactor {
  readonly secret: Uint8Array;
  /** The latest time step a code was accepted of. */
  readonly used: number;
  readonly at: number;
}

export interface PasskeyFactor {
  readonly user: UserId;
  readonly key: PasskeyKey;
  readonly info: Passkey;
}

const dataSchema = z.strictObject({
  ...passkeySchema.omit({ id: true, site: true, synced: true }).shape,
  createdAt: instantSchema,
  transports: z.array(z.string()),
  synced: z.boolean(),
});

export interface FactorRows {
  totp(): Promise<readonly (readonly [UserId, TotpFactor])[]>;
  passkeys(): Promise<readonly PasskeyFactor[]>;
  recoveryCodes(): Promise<readonly (readonly [UserId, readonly Uint8Array[]])[]>;
  tries(): Promise<readonly (readonly [UserId, Tries])[]>;
  saveTotp(user: UserId, totp: TotpFactor | null): Promise<void>;
  savePasskey(passkey: PasskeyFactor): Promise<void>;
  dropPasskey(id: string): Promise<void>;
  saveRecoveryCodes(user: UserId, digests: readonly Uint8Array[]): Promise<void>;
  saveTries(user: UserId, tries: Tries | null): Promise<void>;
}

const DIGEST_BYTES = 32;

const userOf = (text: string): UserId => userIdSchema.parse(text);

export function factorRows({ db }: Pick<Store, 'db'>): FactorRows {
  return {
    async totp() {
      const rows = await db.selectFrom('totp').selectAll().execute();
      return rows.map(({ user, ...totp }) => [userOf(user), totp]);
    },
    async passkeys() {
      const rows = await db.selectFrom('passkeys').selectAll().execute();
      return rows.map(({ id, user, site, credential, public_key: publicKey, counter, data }) => {
        const { transports, ...shown } = dataSchema.parse(JSON.parse(data));
        const key = { credential, publicKey, counter, transports, synced: shown.synced };
        return { user: userOf(user), key, info: passkeySchema.parse({ id, site, ...shown }) };
      });
    },
    async recoveryCodes() {
      const rows = await db.selectFrom('recovery_codes').selectAll().execute();
      return rows.map(({ user, digests }) => [
        userOf(user),
        Array.from({ length: digests.length / DIGEST_BYTES }, (_, n) =>
          digests.slice(n * DIGEST_BYTES, (n + 1) * DIGEST_BYTES),
        ),
      ]);
    },
    async tries() {
      const rows = await db.selectFrom('factor_tries').selectAll().execute();
      return rows.map(({ user, wrong, last_at: lastAt, held_until: heldUntil }) => [
        userOf(user),
        { wrong, lastAt, heldUntil },
      ]);
    },
    async saveTotp(user, totp) {
      if (totp === null) await db.deleteFrom('totp').where('user', '=', user).execute();
      else
        await db
          .insertInto('totp')
          .values({ user, ...totp })
          .onConflict((on) => on.column('user').doUpdateSet({ ...totp }))
          .execute();
    },
    async savePasskey({ user, key, info }) {
      const { id, site, ...shown } = info;
      const changing = {
        counter: key.counter,
        data: JSON.stringify({ ...shown, transports: key.transports, synced: key.synced }),
      };
      await db
        .insertInto('passkeys')
        .values({ id, user, site, credential: key.credential, public_key: key.publicKey, ...changing })
        .onConflict((on) => on.column('id').doUpdateSet(changing))
        .execute();
    },
    async dropPasskey(id) {
      await db.deleteFrom('passkeys').where('id', '=', id).execute();
    },
    async saveRecoveryCodes(user, digests) {
      const row = { digests: new Uint8Array(Buffer.concat(digests)) };
      await db
        .insertInto('recovery_codes')
        .values({ user, ...row })
        .onConflict((on) => on.column('user').doUpdateSet(row))
        .execute();
    },
    async saveTries(user, tries) {
      if (tries === null) {
        await db.deleteFrom('factor_tries').where('user', '=', user).execute();
        return;
      }
      const row = { wrong: tries.wrong, last_at: tries.lastAt, held_until: tries.heldUntil };
      await db
        .insertInto('factor_tries')
        .values({ user, ...row })
        .onConflict((on) => on.column('user').doUpdateSet(row))
        .execute();
    },
  };
}
