// `castellan limits`: budgets, what open sessions have used of them, and which are held.
import type { Budget, LimitsView } from '@castellan/contract';
import { ask } from '../connection.ts';
import type { Context, JsonOption } from '../context.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { visible } from '../text/visible.ts';
import { duration, plural } from '../text/words.ts';
import { table } from '../text/wrap.ts';
import { shortId } from './pending.ts';

export async function limits({ world, out }: Context, options: JsonOption): Promise<ExitCode> {
  const answer = await ask(world, out, (client) => client.limits());
  if (typeof answer === 'number') return answer;
  if (options.json) out.json(answer.value);
  else for (const text of limitLines(answer.value, world.clock.now())) out.line(text);
  return EXIT.done;
}

function limitLines({ modes, turn, task, quotas, sessions, models }: LimitsView, now: number): readonly string[] {
  const rows = sessions.map((each) => [
    shortId(each.session),
    each.held,
    `${plural(each.turn.calls, 'call')}${tokensText(each.turn.tokens)} in ${duration(now - each.turn.since)}`,
    `${plural(each.total.calls, 'call')}${tokensText(each.total.tokens)} in its task`,
    visible(each.why),
  ]);
  return [
    `mode  ${modes.join(', ')}`,
    `turn  ${budgetText(turn)}`,
    `task  ${budgetText(task)}`,
    ...quotas.map(({ of, per, calls }) => `quota ${visible(of)}: ${plural(calls, 'call')} per ${per}`),
    ...(rows.length === 0 ? ['no session has made a call yet'] : table(rows)),
    ...modelLines(models),
  ];
}

/** What was asked of models: by whom, and for which task that is still open. */
function modelLines({ agents, tasks }: LimitsView['models']): readonly string[] {
  if (agents.length === 0) return [];
  const used = ({ requests, tokens }: { readonly requests: number; readonly tokens: number }): readonly string[] => [
    plural(requests, 'request'),
    plural(tokens, 'token'),
  ];
  return [
    'asked of models',
    ...table([
      ...agents.map((each) => ['  agent', visible(each.agentName), ...used(each), '']),
      ...tasks.map((each) => ['  task', visible(each.agentName), ...used(each), visible(each.title)]),
    ]),
  ];
}

const tokensText = (tokens: number): string => (tokens === 0 ? '' : `, ${plural(tokens, 'token')}`);

function budgetText({ calls, minutes, tokens }: Budget): string {
  const parts = [...said(calls, 'call'), ...said(minutes, 'minute'), ...said(tokens, 'token')];
  return parts.length === 0 ? 'no limit' : parts.join(', ');
}

const said = (limits: { readonly [what: string]: number | null | undefined }, unit: string): readonly string[] =>
  Object.entries(limits).flatMap(([what, limit]) =>
    typeof limit === 'number' ? [`${what} after ${plural(limit, unit)}`] : [],
  );
