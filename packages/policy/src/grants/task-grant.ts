// What one confirmation of a per-task tool covers for the rest of its task (P5): this tool, this task, what this call does
// and nothing wider, at most eight hours. null: the next call is asked about again.
import type { Call, Effect, GrantSuggestion, Verdict } from '@castellan/contract';
import { riskyEffects } from '../decide/safe.ts';
import type { Policy } from '../policy.ts';
import { shortened } from '../text/visible.ts';
import { toolOf } from '../tools.ts';
import { areGrantable } from './covers.ts';
import { familiesOf, familiesText } from './families.ts';
import { boundTo, byScript, isGuarded } from './suggest.ts';

const TASK_MINUTES = 8 * 60;

/** What a yes to this call also allows until its task ends, at most eight hours; null where a yes is for this one call. */
export function taskGrant(
  call: Call,
  effects: readonly Effect[],
  verdict: Verdict,
  policy: Policy,
): GrantSuggestion | null {
  if (verdict.scope !== 'per-task' || verdict.toolClass !== 'critical' || isGuarded(verdict)) return null;
  const info = toolOf(policy, call.module, call.tool);
  const risky = riskyEffects(info, effects);
  // Nothing known to bound it by, or something nobody could tell: confirming this call says nothing of the next.
  if (info.class === 'unclassified' || risky.length === 0 || !areGrantable(call, effects, info)) return null;
  const families = [...familiesOf(call, risky)];
  // `npm test` is another program in another folder.
  const byName = families.some(({ resource }) => resource === 'project-code');
  const where = byName ? ` in ${shortened(call.cwd, 120)}` : '';
  return {
    key: 'per-task',
    text: `${info.moduleName}/${info.toolName}${byScript(call)} in this task${where}, as long as all it would do, beyond what is safe, is ${familiesText(families, (text) => shortened(text, 120))}; ends with the task or after 8 hours`,
    grant: {
      agent: call.agent,
      scope: { kind: 'task', task: call.task },
      module: info.moduleName,
      tool: info.toolName,
      arguments: [],
      ...boundTo(call),
      ...(byName && { cwd: call.cwd }),
      families,
      uses: null,
      minutes: TASK_MINUTES,
    },
  };
}
