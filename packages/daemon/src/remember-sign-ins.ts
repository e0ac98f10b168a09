// Each person's habits, as the ledger has them at the start.
import type { SignInWatch } from './alarms/index.ts';
import type { Records } from './records/index.ts';

/** How many of the latest sign-ins say what is usual. */
const REMEMBERED = 1_000;

export async function rememberSignIns(watch: SignInWatch, records: Pick<Records, 'query'>): Promise<void> {
  const found = await records.query({ kind: 'sign-in', limit: REMEMBERED });
  watch.remember(found.map(({ record }) => record));
}
