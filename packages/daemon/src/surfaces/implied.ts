// What a client reads by itself for a prompt or for a tool's arguments, with no event of its own: decided as the tool that
// would do the same. INVARIANT: the client reads what is named or nothing: a yes to other arguments is no yes to these.
import { type HookEvent, type ImpliedUse, refusalText, type Subagent } from '@castellan/agents';
import { type CallId, canonicalJson, type Session } from '@castellan/contract';
import type { Calls } from './calls.ts';

/** Why what implies them must not go on, for whoever wrote it; null: it may. In order, and the first refusal ends it. */
export async function implied(
  calls: Pick<Calls, 'check' | 'finish'>,
  session: Session,
  { cwd, ...event }: Pick<HookEvent, 'cwd'> & { readonly subagent?: Subagent },
  uses: readonly ImpliedUse[],
  signal: AbortSignal,
): Promise<string | null> {
  const { subagent } = event;
  const allowed: CallId[] = [];
  const settle = async (status: 'succeeded' | 'interrupted', text?: string): Promise<void> => {
    for (const id of allowed)
      await calls.finish(
        session.agent,
        { id },
        { status, given: { shown: undefined, names: [] }, ...(text !== undefined && { text }) },
      );
  };
  for (const { module, tool, arguments: named } of uses) {
    const draft = { session, module, tool, arguments: named, cwd, origin: 'hook', unasked: true, subagent } as const;
    const decision = await calls.check(draft, signal);
    if (decision.kind === 'run' && canonicalJson(decision.arguments) === canonicalJson(named)) {
      allowed.push(decision.call);
      continue;
    }
    if (decision.kind !== 'refused') allowed.push(decision.call);
    await settle('interrupted', 'what names it did not go on');
    return decision.kind === 'refused'
      ? refusalText(decision)
      : `castellan: what is named is read as it is named, so the answer to \`${tool}\` cannot be carried out (${decision.call})`;
  }
  await settle('succeeded');
  return null;
}
