// `verifies`: a scenario test that cites the claims it proves. What was executed is written down for the claims gate.
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { type TestContext, type TestOptions, test } from 'vitest';
import { type ClaimId, isClaimId } from '../../claims/claims.ts';

/** Where executed citations are collected: one line `id<TAB>title` per passed scenario. Set by the test command. */
const citations = process.env.CASTELLAN_CITATIONS;

function cite(ids: readonly ClaimId[], title: string): void {
  if (citations === undefined) return;
  mkdirSync(dirname(citations), { recursive: true });
  appendFileSync(citations, ids.map((id) => `${id}\t${title}\n`).join(''));
}

/** Registers a scenario and cites the claims it proves once it has passed. */
export function verifies(
  ids: readonly ClaimId[],
  title: string,
  scenario: (context: TestContext) => Promise<void> | void,
  options: TestOptions = {},
): void {
  // The compiler knows too; this is for a citation that reached us through a variable.
  const unknown = ids.filter((id) => !isClaimId(id));
  if (ids.length === 0 || unknown.length > 0)
    throw new RangeError(
      `\`${title}\` cites ${unknown.join(', ') || 'no claim'}, which is no row of test/claims/claims.ts`,
    );
  test(`${title} [${ids.join(' ')}]`, options, async (context) => {
    await scenario(context);
    cite(ids, title);
  });
}
