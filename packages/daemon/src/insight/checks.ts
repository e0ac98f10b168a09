// The security checklist: facts in, items out, each with what was seen and what to do. Pure.
import type { CheckItem } from '@castellan/contract';
import { accessChecks } from './checks-access.ts';
import { agentChecks } from './checks-agents.ts';
import { evidenceChecks } from './checks-evidence.ts';
import { isolationChecks } from './checks-isolation.ts';
import { keptChecks } from './checks-kept.ts';
import { policyChecks } from './checks-policy.ts';
import { alarmsCheck, runningChecks } from './checks-running.ts';
import type { CheckFacts } from './facts.ts';
import { mendedBy } from './mends.ts';

export function checksOf(facts: CheckFacts): CheckItem[] {
  const items = [
    ...accessChecks(facts),
    ...agentChecks(facts),
    ...isolationChecks(facts),
    ...policyChecks(facts),
    ...keptChecks(facts),
    ...evidenceChecks(facts),
    ...runningChecks(facts),
  ];
  return [...items, alarmsCheck(facts, items)].map((item) => {
    const mends = mendedBy(item, facts);
    return mends === null ? item : { ...item, mends };
  });
}
