// Whether a Critical rule is among those that asked. It then takes a person to approve, and where anybody has a second factor it
// takes that too (A11).
import type { Verdict } from '@castellan/contract';

export const criticalAsked = ({ reasons }: Verdict): boolean =>
  reasons.some(({ source }) => source === 'critical-rule');
