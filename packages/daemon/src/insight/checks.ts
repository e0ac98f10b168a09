// The security checklist: facts in, items out, each with what was seen and what to do. Pure.
import type { CheckItem } from '@castellan/contract';
import { accessChecks } from './checks-access.ts';
import { agentChecks } from './checks-agents.ts';
import { isolationChecks } from './checks-isolation.ts';
import { keptChecks } from './checks-kept.ts';
import type { CheckFacts } from './facts.ts';

export const checksOf = (facts: CheckFacts): CheckItem[] => [
  ...accessChecks(facts),
  ...agentChecks(facts),
  ...isolationChecks(facts),
  ...keptChecks(facts),
];
