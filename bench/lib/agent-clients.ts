// The real clients for bench/hook.ts: a home, a project and a connection each, and one run of a number of tool calls under any
// hook. A round is from the model's answer to the client's next question; the model is a script of ours in this process.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { canaryReply, connectAgent, connectorOf, keptCredential } from '@castellan/agents';
import { createClient, socketTransport } from '@castellan/client';
import type { BenchDaemon } from './daemon.ts';

const clients = process.env.CASTELLAN_CLIENTS ?? join(homedir(), '.cache', 'castellan-clients');
const PROGRAMS = {
  'claude-code': [process.env.CASTELLAN_CLAUDE, 'claude-code/node_modules/@anthropic-ai/claude-code-linux-x64/claude'],
  codex: [process.env.CASTELLAN_CODEX, 'codex/node_modules/.bin/codex'],
  opencode: [process.env.CASTELLAN_OPENCODE, 'opencode/node_modules/opencode-linux-x64/bin/opencode'],
} as const;
export type ClientName = keyof typeof PROGRAMS;

export function programOf(name: ClientName): string | null {
  const [said, place] = PROGRAMS[name];
  const path = said ?? join(clients, place);
  return existsSync(path) ? path : null;
}

/** What a peer's hook is: a Node script that says yes at once, without deciding or recording anything. */
const ALLOW = '{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"allow"}}';
export const PEER = `let all = ''; process.stdin.on('data', (part) => (all += part)); process.stdin.on('end', () => { JSON.parse(all); process.stdout.write('${ALLOW}'); });\n`;

export interface Model extends AsyncDisposable {
  readonly port: number;
  /** Milliseconds of each round since the last time, without those that warm the client up. */
  rounds(): readonly number[];
}

const WARM_UP = 3;

export async function startModel(): Promise<Model> {
  let asked: number[] = [];
  let answered: number[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const url = request.url ?? '';
      if (request.method !== 'POST') {
        response.setHeader('content-type', 'application/json').end('{"object":"list","data":[],"models":[]}');
        return;
      }
      const api = url.includes('/responses') ? 'responses' : url.includes('/chat/') ? 'chat' : 'messages';
      const reply = canaryReply(api, JSON.parse(body || '{}'));
      // Asked for a title, or for nothing with tools: no round of ours.
      const counts = !reply.text.includes('castellan canary');
      if (counts) asked.push(performance.now());
      response.setHeader('content-type', reply.contentType).end(reply.text, () => {
        if (counts) answered.push(performance.now());
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    rounds() {
      const times = asked.slice(WARM_UP).map((at, index) => at - (answered[index + WARM_UP - 1] ?? at));
      asked = [];
      answered = [];
      return times;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export interface Place {
  readonly root: string;
  readonly user: string;
  readonly project: string;
  readonly program: string;
  readonly model: Model;
  /** Of the connection: what a hook client reads. */
  readonly hookFile: string;
  readonly credential: string;
}

/** A home with the client connected in it, as `castellan connect` does. */
export async function connected(name: ClientName, program: string, daemon: BenchDaemon, model: Model): Promise<Place> {
  const root = join(daemon.home, name);
  const [user, project, home] = [join(root, 'user'), join(root, 'project'), join(daemon.home, 'state')];
  for (const folder of [user, join(user, '.claude'), join(user, '.codex'), join(project, '.git'), join(root, 'tmp')])
    mkdirSync(folder, { recursive: true });
  const settings = join(user, '.config', 'opencode');
  mkdirSync(join(settings, 'node_modules'), { recursive: true });
  // It would fetch its own package, and wait for it.
  writeFileSync(join(settings, 'package-lock.json'), '{"packages":{"":{"dependencies":{"@opencode-ai/plugin":"*"}}}}');
  writeFileSync(join(project, 'file.txt'), 'one line\n');
  const transport = socketTransport({ socketPath: daemon.state.socket, token: daemon.state.token });
  const made = await connectAgent(connectorOf(name), {
    machine: {
      home,
      userHome: user,
      cwd: project,
      env: { HOME: user, PATH: process.env.PATH, TMPDIR: join(root, 'tmp') },
      etc: join(root, 'etc'),
    },
    ...{ scope: 'user', mode: 'hooks', clientPath: program, name: 'bench', client: createClient({ transport }) },
    ...{ port: daemon.state.port, socket: daemon.state.socket, timeoutSeconds: 60, now: Date.now() },
  });
  if (!made.ok) throw new Error(`${name}: ${made.fault.message}`);
  const credential = await keptCredential(home, made.value.agent);
  if (credential === null) throw new Error(`${name}: no credential was kept`);
  const hookFile = join(home, 'agents', made.value.agent, 'hook');
  return { root, user, project, program, model, hookFile, credential };
}

const BASE = (user: string, root: string): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  HOME: user,
  TERM: 'dumb',
  LANG: 'C.UTF-8',
  TMPDIR: join(root, 'tmp'),
});

function end(place: Place, args: readonly string[], env: Record<string, string>, input: string): Promise<void> {
  const { program, project, user, root } = place;
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args], {
      cwd: project,
      stdio: ['pipe', 'ignore', 'ignore'],
      env: { ...BASE(user, root), ...env },
    });
    child.once('error', reject);
    child.once('close', () => resolve());
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

export type Turns = readonly (readonly { readonly tool: string; readonly input: object }[])[];
const promptOf = (turns: Turns): string => `castellan-canary:${JSON.stringify({ turns, text: 'done' })}`;

export const runs: Readonly<Record<ClientName, (place: Place, turns: Turns) => Promise<void>>> = {
  'claude-code': (place, turns) =>
    end(
      place,
      ['-p', '--allowedTools', 'Read,Bash'],
      {
        ...{ ANTHROPIC_BASE_URL: `http://127.0.0.1:${place.model.port}`, ANTHROPIC_API_KEY: 'bench' },
        ...{ CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_AUTOUPDATER: '1' },
      },
      promptOf(turns),
    ),
  codex: (place, turns) =>
    end(
      place,
      ['exec', '--skip-git-repo-check', '--sandbox', 'workspace-write', '--dangerously-bypass-hook-trust', '-'],
      { SCRIPTED_API_KEY: 'dummy', CODEX_HOME: join(place.user, '.codex') },
      promptOf(turns),
    ),
  opencode: (place, turns) =>
    end(
      place,
      ['run', '--', ...promptOf(turns).split(' ')],
      {
        ...{ OPENCODE_DISABLE_AUTOUPDATE: '1', OPENCODE_DISABLE_MODELS_FETCH: '1' },
        ...{ OPENCODE_DISABLE_DEFAULT_PLUGINS: '1', OPENCODE_DISABLE_LSP_DOWNLOAD: '1' },
        OPENCODE_CONFIG_CONTENT: JSON.stringify({
          ...{ model: 'scripted/m', small_model: 'scripted/m', autoupdate: false, share: 'disabled' },
          enabled_providers: ['scripted'],
          permission: { '*': 'allow' },
          provider: {
            scripted: {
              npm: '@ai-sdk/openai-compatible',
              models: { m: { tool_call: true, limit: { context: 200_000, output: 8000 } } },
              options: { baseURL: `http://127.0.0.1:${place.model.port}/v1`, apiKey: 'dummy' },
            },
          },
        }),
      },
      '',
    ),
};

/** Codex's own settings, with hooks in a file of their own. */
export function codexHooks(place: Place, command: string | null): void {
  const folder = join(place.user, '.codex');
  const lines = [
    'model = "scripted-model"',
    'model_provider = "scripted"',
    'check_for_update_on_startup = false',
    `model_providers.scripted = { name = "Scripted", base_url = "http://127.0.0.1:${place.model.port}/v1", wire_api = "responses", env_key = "SCRIPTED_API_KEY" }`,
    ...['[analytics]', 'enabled = false', '[feedback]', 'enabled = false', '[features]', 'plugins = false'],
    ...['[sandbox_workspace_write]', 'exclude_slash_tmp = true', ''],
  ];
  writeFileSync(join(folder, 'config.toml'), lines.join('\n'));
  const hooks =
    command === null ? {} : { PreToolUse: [{ matcher: '*', hooks: [{ type: 'command', command, timeout: 60 }] }] };
  writeFileSync(join(folder, 'hooks.json'), JSON.stringify({ hooks }));
}

/** The plug-in of OpenCode: ours as it was written, another, or none. */
export function openCodePlugin(place: Place, plugin: string | null): void {
  const folder = join(place.user, '.config', 'opencode', 'plugin');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'castellan.js'), plugin ?? 'export const Empty = async () => ({});\n');
}

export const ownPlugin = (place: Place): string =>
  readFileSync(join(place.user, '.config', 'opencode', 'plugin', 'castellan.js'), 'utf8');

export const peerScript = (place: Place): string => {
  const path = join(place.root, 'peer.cjs');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, PEER);
  return path;
};
