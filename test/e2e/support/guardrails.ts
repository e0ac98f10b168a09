// Plays stories of guardrails against a real daemon, as Claude Code would: each in a session of its own, over the real hook.
// RULE: what a rule did is read from the record of the call and from the question a person was asked, never assumed.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Approval, LedgerRecord, LiveEvent, PolicyView, Verdict } from '@castellan/contract';
import { tempFolder } from '@castellan/testkit';
import { HOME, type Step, type Story } from './stories/story.ts';
import type { HookAnswer, TestAgent, World } from './world.ts';

export interface Played {
  readonly story: Story;
  readonly answer: HookAnswer['verdict'];
  readonly reason: string;
  /** The question a person was asked, where one was. */
  readonly asked: Approval | null;
  readonly verdict: Verdict | null;
}

const optionsFor = (step: Step, cwd: string, session: string, id: string) => {
  const server = /^mcp__(.+?)__/.exec(step.tool)?.[1];
  return {
    session,
    id,
    cwd,
    ...(server === undefined ? {} : { server: { name: server, source: 'user' } }),
  };
};

export class Stage {
  readonly #world: World;
  readonly #agent: TestAgent;
  readonly #project: string;
  /** What people are asked, as `watch` hears it: whoever looks at the list of all answered ones each time reads most of them. */
  readonly #heard: readonly LiveEvent[];
  #count = 0;

  private constructor(world: World, agent: TestAgent, project: string, heard: readonly LiveEvent[]) {
    this.#world = world;
    this.#agent = agent;
    this.#project = project;
    this.#heard = heard;
  }

  static async open(world: World, project: string): Promise<Stage> {
    return new Stage(world, await world.connect(), project, (await world.events()).seen);
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
    const options = optionsFor(step, this.#project, session, id);
    await this.#agent.hook({
      session_id: session,
      cwd: this.#project,
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
    let next = this.#heard.length;
    const answering = this.#agent
      .pre(step.tool, step.input, optionsFor(step, this.#project, session, id))
      .finally(() => {
        over = true;
      });
    let asked: Approval | null = null;
    while (!over && asked === null) {
      const event = this.#heard[next];
      if (event === undefined) await Promise.race([answering, new Promise((resolve) => setTimeout(resolve, 3))]);
      else next += 1;
      if (event?.kind === 'approval' && event.approval.state.kind === 'pending') asked = event.approval;
    }
    if (asked !== null) await (reply === 'approve' ? this.#world.approve(asked) : this.#world.deny(asked));
    return { answer: await answering, asked };
  }
}

/** What was decided of each call, by the agent's own name for it. */
export async function verdicts(world: World): Promise<ReadonlyMap<string, Verdict>> {
  const found = new Map<string, Verdict>();
  for (const record of await world.records('kind:attempt')) addVerdict(found, record);
  return found;
}

function addVerdict(found: Map<string, Verdict>, record: LedgerRecord): void {
  if (record.kind === 'attempt' && record.externalId !== undefined) found.set(record.externalId, record.verdict);
}

/** Starts from the policy that is in force: what rule is there, and what it asks for. */
export async function rulesInForce(world: World): Promise<PolicyView['rules']> {
  return ((await world.daemon.request('GET', '/v1/policy')).json() as PolicyView).rules;
}

const FILES: Readonly<Record<string, string>> = {
  'a.txt': 'one\n',
  'a.json': '{}\n',
  'src/a.ts': 'export const one = 1;\n',
  'build/a.o': 'built\n',
  'package.json': '{ "name": "project", "scripts": { "test": "node --test", "build": "tsc" } }\n',
  '.claude/settings.json': '{}\n',
  '.gitignore': 'build\n',
};

/** A project as people have them: a git repository, everything committed. */
export function projectFolder(): string {
  const folder = join(tempFolder(), 'project');
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=user', '-c', 'user.email=user@example.org', ...args], { cwd: folder });
  git('init', '-q');
  git('add', '.');
  git('commit', '-q', '-m', 'begin');
  // What nothing else holds.
  writeFileSync(join(folder, 'loose.txt'), 'x\n');
  return folder;
}

export { HOME };
