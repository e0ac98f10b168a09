// Which steps of set-up are done, from what the daemon says and what this browser noted. null: not known yet.
import { useAsk, useMe } from '../../connection/use-ask.ts';
import { doneSteps, notedSteps, type Step } from './steps.ts';

export function useDoneSteps(): ReadonlySet<Step> | null {
  const me = useMe().data;
  const policy = useAsk('policy').data;
  const agents = useAsk('agents').data;
  if (me === undefined || policy === undefined || agents === undefined) return null;
  const noted = notedSteps(localStorage);
  return doneSteps({ user: me.user, preset: policy.preset, agents: agents.agents, noted });
}
