// Commands that take all they can, run by an agent through its own real tools, and a person who answers approvals meanwhile. Held within
// hard limits around the whole daemon, with a disk of its own: nothing of it reaches the machine.
import { join } from 'node:path';
import type { Approval } from '@castellan/contract';
import { tempFolder } from '@castellan/testkit';
import { inMounts, makeFolder } from '../../e2e/support/machine.ts';
import { connectMcp, httpClient, textOf } from '../../e2e/support/mcp.ts';
import { type World, world } from '../../e2e/support/world.ts';
import { outerGroup } from './outer-group.ts';

/** Of the confined command, as a person configures it; around everything there is more, for the daemon itself. */
const INNER = { processes: 256, megabytes: 384 };
const OUTER = { processes: 600, megabytes: 1024 };
const DISK = '420m';

export const BOMBS = {
  fork: 'b() { b | b & }; b; sleep 60',
  memory: `for i in 1 2 3 4; do perl -e 'push @a, "x" x (1 << 20) while 1' & done; wait; sleep 5`,
  disk: 'i=0; while :; do dd if=/dev/zero of=big$i bs=1M count=64 2>/dev/null; i=$((i+1)); done',
  descriptors: `for i in 1 2 3 4 5 6 7 8; do perl -e 'while (open my $f, "<", "/dev/null") { push @f, $f } sleep 3' & done; wait`,
} as const;
export type Bomb = keyof typeof BOMBS;

export interface Bombed {
  /** What the agent was told of its command. */
  readonly text: string;
  /** From a person's yes to the agent that waited for it, in milliseconds, one after the other while the bomb went off. */
  readonly answers: readonly number[];
  /** Processes in the whole group when it was over. */
  readonly left: number;
}

export interface Bombing extends AsyncDisposable {
  /** One approval: asked, answered, heard of. @returns milliseconds from the answer on. */
  answered(): Promise<number>;
  /** At least `most` milliseconds of answers, and as long as the command runs. */
  set(bomb: Bomb): Promise<Bombed>;
  /** Another command of the same agent. */
  run(command: string): Promise<string>;
}

/** null: this machine lets us put no limits around it. */
export async function bombing(): Promise<Bombing | null> {
  const group = outerGroup(OUTER);
  if (group === null) return null;
  const folder = tempFolder('bombs');
  // Where sessions work that named no folder. In its own view of the mounts: the disk is full for nobody else.
  const cache = makeFolder(join(folder, '.cache'));
  const wrapper = [...inMounts(`mount -t tmpfs -o size=${DISK},mode=700 tmpfs "$argument"`, cache), ...group.wrapper];
  const config = { sandbox: INNER, approvals: { timeoutSeconds: 60 } };
  const it = await world(config, { home: join(folder, 'state'), wrapper }).catch(async (error: unknown) => {
    await group.end();
    throw error;
  });
  const agent = await connectMcp(it, 'bomber');
  await it.daemon.request('PATCH', `/v1/agents/${agent.id}`, { body: { tools: true } });
  const { client } = await httpClient(it, agent);
  const asking = await it.connect('asking');
  const answered = answering(it, asking);
  const run = async (command: string): Promise<string> => {
    const given = { command, timeout: 45_000 };
    const running = client.callTool({ name: 'workspace__run_command', arguments: given }, { timeout: 90_000 });
    const ended = new AbortController();
    void running.finally(() => ended.abort()).catch(() => undefined);
    // What needs nobody is not asked about.
    const question = await asked(it, 'run_command', ended.signal);
    if (question !== null) await it.approve(question);
    return textOf(await running);
  };
  return {
    answered,
    run,
    async set(bomb) {
      const answers: number[] = [];
      let isOver = false;
      const running = run(BOMBS[bomb]).finally(() => {
        isOver = true;
      });
      while (!isOver) answers.push(await answered());
      return { text: await running, answers, left: group.pids().length };
    },
    async [Symbol.asyncDispose]() {
      await client.close();
      await it[Symbol.asyncDispose]();
      await group.end();
    },
  };
}

async function asked(it: World, tool: string, ended?: AbortSignal): Promise<Approval | null> {
  while (ended?.aborted !== true) {
    const question = (await it.approvals()).find((each) => each.tool === tool && each.state.kind === 'pending');
    if (question !== undefined) return question;
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  return null;
}

type Asking = Awaited<ReturnType<World['connect']>>;

const answering = (it: World, asking: Asking) => async (): Promise<number> => {
  const told = asking.check('Bash', { command: 'curl -X POST -d x https://example.org/' });
  const question = await asked(it, 'Bash');
  if (question === null) throw new Error('nothing was asked');
  const start = performance.now();
  const said = await it.approve(question);
  if (said.status !== 200) throw new Error(`${said.status} ${said.text}`);
  const decision = await told;
  if (decision.kind !== 'run') throw new Error(JSON.stringify(decision));
  return performance.now() - start;
};
