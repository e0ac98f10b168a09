// Plays stories of guardrails against a real daemon, as Claude Code would: each in a session of its own, over the real hook.
// RULE: what a rule did is read from the record of the call and from the question a person was asked, never assumed.
import type { Approval, LedgerRecord, PolicyView, Verdict } from '@castellan/contract';
import { HOME, PROJECT, type Step, type Story } from './stories/story.ts';
import type { HookAnswer, TestAgent, World } from './world.ts';

export interface Played {
  readonly story: Story;
  readonly answer: HookAnswer['verdict'];
  readonly reason: string;
  /** The question a person was asked, where one was. */
  readonly asked: Approval | null;
  readonly verdict: Verdict | null;
}

export const optionsFor = (step: Step, session: string, id: string) => {
  const server = /^mcp__(.+?)__/.exec(step.tool)?.[1];
  return {
    session,
    id,
    cwd: PROJECT,
    ...(server === undefined ? {} : { server: { name: server, source: 'user' } }),
  };
};

export class Stage {
  readonly #world: World;
  readonly #agent: TestAgent;
  #count = 0;

  constructor(world: World, agent: TestAgent) {
    this.#world = world;
    this.#agent = agent;
  }

  async play(story: Story): Promise<Omit<Played, 'verdict'> & { readonly id: string }> {
    this.#count += 1;
    const session = `story-${this.#count}`;
    for (const [index, step] of story.before.entries()) await this.#prepare(step, session, `${session}-${index}`);
    const id = `${session}-last`;
    const { answer, asked } = await this.#call(story.step, session, id, 'deny');
    await this.#agent.endSession(session);
    return { story, answer: answer.verdict, reason: answer.reason, asked, id };
  }

  /** A step before: a person says yes to it, and what it gave is reported. */
  async #prepare(step: Step, session: string, id: string): Promise<void> {
    const { answer } = await this.#call(step, session, id, 'approve');
    if (answer.verdict === 'deny') throw new Error(`${step.tool} ${JSON.stringify(step.input)}: ${answer.reason}`);
    const options = optionsFor(step, session, id);
    await this.#agent.hook({
      session_id: session,
      cwd: PROJECT,
      hook_event_name: 'PostToolUse',
      tool_name: step.tool,
      tool_input: step.input,
      tool_response: step.gives ?? { stdout: 'done' },
      tool_use_id: id,
      duration_ms: 5,
      ...('server' in options ? { mcp_server: options.server } : {}),
    });
  }

  async #call(step: Step, session: string, id: string, reply: 'approve' | 'deny') {
    let over = false;
    const answering = this.#agent.pre(step.tool, step.input, optionsFor(step, session, id)).finally(() => {
      over = true;
    });
    let asked: Approval | null = null;
    while (!over && asked === null) {
      asked = (await this.#world.approvals()).find(({ state }) => state.kind === 'pending') ?? null;
      if (asked === null) await Promise.race([answering, new Promise((resolve) => setTimeout(resolve, 3))]);
    }
    if (asked !== null) await (reply === 'approve' ? this.#world.approve(asked) : this.#world.deny(asked));
    return { answer: await answering, asked };
  }
}

/** What was decided of each call, by the agent's own name for it. */
export async function verdicts(world: World): Promise<ReadonlyMap<string, Verdict>> {
  const found = new Map<string, Verdict>();
  for (const record of await world.records('&kind=attempt')) addVerdict(found, record);
  return found;
}

function addVerdict(found: Map<string, Verdict>, record: LedgerRecord): void {
  if (record.kind === 'attempt' && record.externalId !== undefined) found.set(record.externalId, record.verdict);
}

/** Starts from the policy that is in force: what rule is there, and what it asks for. */
export async function rulesInForce(world: World): Promise<PolicyView['rules']> {
  return ((await world.daemon.request('GET', '/v1/policy')).json() as PolicyView).rules;
}

export { HOME };
