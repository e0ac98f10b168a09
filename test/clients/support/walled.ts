// A person's home with logins in it, two projects, a real daemon, and one of the clients that `castellan run --sandbox` starts. Its
// model comes by the broker, so that from within the walls no other host is needed.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type ConnectOptions, canaryReply, connectAgent, connectorOf } from '@castellan/agents';
import type { Approval, ConnectMode, LedgerRecord } from '@castellan/contract';
import { wallsHere } from '@castellan/sandbox';
import {
  inRoot,
  type ProcessResult,
  type RunningDaemon,
  runProcess,
  startDaemon,
  tempFolder,
} from '@castellan/testkit';
import { clientOf, connectOptions } from './world.ts';

export type Walled = Awaited<ReturnType<typeof walled>>;

export interface WalledOptions {
  readonly connector: 'claude-code' | 'codex' | 'opencode';
  readonly client: string;
  readonly mode?: ConnectMode;
  readonly api: 'anthropic' | 'openai';
  readonly config?: Readonly<Record<string, unknown>>;
}

const APIS = { '/v1/messages': 'messages', '/v1/chat/completions': 'chat', '/v1/responses': 'responses' } as const;
const isApi = (path: string): path is keyof typeof APIS => Object.hasOwn(APIS, path);

/** Does what the prompt says, in the three dialects of the three clients. */
async function scriptedModel() {
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const path = (request.url ?? '').split('?')[0] ?? '';
      if (request.method !== 'POST' || !isApi(path)) {
        response.setHeader('content-type', 'application/json').end('{"input_tokens":1,"data":[],"models":[]}');
        return;
      }
      const reply = canaryReply(APIS[path], JSON.parse(body));
      response.setHeader('content-type', reply.contentType).end(reply.text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What a person has at home, and what an agent would look for. */
function furnish(user: string): void {
  const files = {
    '.ssh/id_ed25519': 'ssh-secret-9f2c',
    '.aws/credentials': 'aws-secret-77aa',
    '.claude/settings.json': '{"env":{"FROM_USER":"1"}}',
    '.claude/.credentials.json': 'claude-secret-1b1b',
    '.gitconfig': '[user]\n\tname = Ada\n\temail = ada@example.org\n',
    'notes.txt': 'private-note-5151',
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(user, name, '..'), { recursive: true, mode: 0o700 });
    writeFileSync(join(user, name), text, { mode: 0o600 });
  }
}

export async function walled(options: WalledOptions) {
  const { connector: name, client, mode, api, config = {} } = options;
  const model = await scriptedModel();
  const root = tempFolder();
  const [user, project, other] = [join(root, 'user'), join(root, 'project'), join(root, 'other')];
  furnish(user);
  for (const folder of [project, other]) {
    mkdirSync(folder);
    await runProcess('git', ['init', '-q', folder], { env: { PATH: process.env.PATH ?? '', HOME: user } });
  }
  writeFileSync(join(other, 'secret.txt'), 'other-project-8888');
  writeFileSync(join(project, 'README.md'), 'hello\n');
  const upstreams = { mine: { url: `http://127.0.0.1:${model.port}`, api } };
  const daemon: RunningDaemon = await startDaemon({
    home: join(root, 'state'),
    env: { HOME: user },
    config: { models: { upstreams }, ...config },
  });
  const connect: ConnectOptions = {
    ...connectOptions(daemon, user, project),
    ...{ scope: 'isolated', name, clientPath: client },
    ...(mode !== undefined && { mode }),
  };
  const made = await connectAgent(connectorOf(name), connect);
  if (!made.ok) throw new Error(JSON.stringify(made.fault));
  const { agent } = made.value;
  return {
    ...{ model, daemon, root, user, project, other, agent, home: daemon.home },
    own: join(daemon.home, 'agents', agent),
    /** As a person types it. */
    run: (
      args: readonly string[],
      more: { readonly flags?: readonly string[]; readonly stdin?: string } = {},
    ): Promise<ProcessResult> =>
      runProcess(
        process.execPath,
        [
          inRoot('packages', 'cli', 'bin', 'castellan.mjs'),
          ...[
            'run',
            '--sandbox',
            '--confirm',
            'wait',
            '--model-upstream',
            'mine',
            ...(more.flags ?? []),
            name,
            '--',
            ...args,
          ],
        ],
        {
          cwd: project,
          timeout: 150_000,
          ...(more.stdin !== undefined && { input: more.stdin }),
          env: { PATH: process.env.PATH ?? '', HOME: user, TERM: 'dumb', LANG: 'C.UTF-8', CASTELLAN_HOME: daemon.home },
        },
      ),
    ran: (file: string): boolean => existsSync(join(project, file)),
    records: async (): Promise<readonly LedgerRecord[]> => {
      const page = await clientOf(daemon).ledger({ query: { from: 0, limit: 1000 } });
      if (!page.ok) throw new Error(JSON.stringify(page.error));
      return page.value.records.map(({ record }) => record);
    },
    [Symbol.asyncDispose]: async () => {
      await daemon[Symbol.asyncDispose]();
      await model[Symbol.asyncDispose]();
    },
  };
}

/** A person's answer to the next approval that waits. */
export async function answer({ daemon }: Pick<Walled, 'daemon'>, said: 'approve' | 'deny'): Promise<void> {
  for (let tries = 0; tries < 1600; tries += 1) {
    const reply = await daemon.request('GET', '/v1/approvals');
    const { approvals } = reply.json() as { approvals: readonly Approval[] };
    const found = approvals.find(({ state, module }) => state.kind === 'pending' && module !== 'network');
    if (found !== undefined) {
      const body = said === 'approve' ? { answer: said, digest: found.digest } : { answer: said };
      const answered = await daemon.request('POST', `/v1/approvals/${found.id}/resolve`, { body });
      if (answered.status !== 200) throw new Error(answered.text);
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('no approval appeared');
}

/** Whom the last commit is by, and what it says: by the name in the person's own settings of git, which are not inside. */
export async function lastCommit({ project, user }: Pick<Walled, 'project' | 'user'>): Promise<string> {
  const env = { PATH: process.env.PATH ?? '', HOME: user };
  return (await runProcess('git', ['-C', project, 'log', '-1', '--format=%an: %s'], { env })).stdout.trim();
}

/** Its calls, oldest first: tool, verdict, and what came of it. What the client itself reaches for is left out. */
export async function history({ records }: Pick<Walled, 'records'>) {
  const all = await records();
  return all.flatMap((record) => {
    if (record.kind !== 'attempt' || record.module === 'network') return [];
    const outcome = all.find((item) => item.kind === 'outcome' && item.call === record.call);
    return [[record.tool, record.verdict.outcome, outcome?.kind === 'outcome' ? outcome.status : null]];
  });
}

/** Options for scenarios of a client within walls: skipped, loudly, where none stand. */
export async function withWalls(skip: boolean): Promise<{ readonly skip: boolean; readonly timeout: number }> {
  const stand = (await wallsHere()).tried.some(({ name, ok }) => ok && name === 'bubblewrap');
  if (!stand && !skip) process.stderr.write('SKIPPED: bubblewrap does not work here, so that no agent has walls\n');
  return { skip: skip || !stand, timeout: 180_000 };
}
