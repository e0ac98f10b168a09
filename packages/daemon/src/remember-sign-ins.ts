// Each person's habits, as the ledger has them at the start, and the sign-ins that rang and that nobody has seen, as the database has them.
import { instantSchema, signInIdSchema } from '@castellan/contract';
import { z } from 'zod';
import type { SignInWatch, Unusual } from './alarms/index.ts';
import type { Records } from './records/index.ts';
import type { Store } from './store/index.ts';

/** How many of the latest sign-ins say what is usual. */
const REMEMBERED = 1_000;
const META = 'unusual-sign-ins';

const keptSchema = z.array(
  z.strictObject({
    who: z.string(),
    address: z.string(),
    at: instantSchema,
    signIn: signInIdSchema,
    text: z.string(),
  }),
);

export const keepUnusual = (store: Pick<Store, 'setMeta'>, open: readonly Unusual[]): Promise<void> =>
  store.setMeta(META, JSON.stringify(open));

export async function rememberSignIns(
  watch: SignInWatch,
  records: Pick<Records, 'query'>,
  store: Pick<Store, 'meta'>,
): Promise<void> {
  const kept = keptSchema.safeParse(JSON.parse((await store.meta(META)) ?? '[]'));
  const found = await records.query({ kind: 'sign-in', limit: REMEMBERED });
  watch.remember(
    found.map(({ record }) => record),
    kept.success ? kept.data : [],
  );
}
