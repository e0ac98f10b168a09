// `fault`: a scenario in which the machine, or somebody, makes something fail. It cites claims like any other, and stands in the page of
// faults under the row that it names; a law finds a row without one.
import type { TestContext, TestOptions } from 'vitest';
import type { ClaimId } from '../../claims/claims.ts';
import { FAULTS, type FaultId } from '../../faults/faults.ts';
import { verifies } from './verifies.ts';

/** Registers a scenario that shows what holds when this fault happens. */
export function fault(
  id: FaultId,
  claims: readonly ClaimId[],
  title: string,
  scenario: (context: TestContext) => Promise<void> | void,
  options: TestOptions = {},
): void {
  if (!FAULTS.some((row) => row.id === id))
    throw new RangeError(`\`${title}\` is of fault ${id}, which is no row of test/faults/faults.ts`);
  verifies(claims, title, scenario, options);
}
