// What the demo plays on: a real daemon in a folder that is thrown away, its person's account, the real `castellan` command,
// an agent's hooks.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Client, createClient, readDaemonState, socketTransport } from '@castellan/client';

const CASTELLAN = fileURLToPath(new URL('../../packages/cli/bin/castellan.mjs', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What Claude Code gets back from its PreToolUse hook. */
export interface HookAnswer {
  readonly decision: string;
  readonly reason: string;
}

export interface Stage extends AsyncDisposable {
  readonly folder: string;
  readonly ledger: string;
  readonly client: Client;
  castellan(...args: readonly string[]): Promise<Ended>;
  /** The same with this terminal as its own: it may ask. */
  castellanHere(...args: readonly string[]): Promise<number | null>;
  /** One hook event as Claude Code sends it, over HTTP with the agent's credential. */
  hook(event: 'PreToolUse' | 'PostToolUse', call: HookCall): Promise<HookAnswer>;
  /** What the user asked the agent for: the title of its task. */
  prompt(text: string): Promise<HookAnswer>;
}

export interface HookCall {
  readonly id: string;
  readonly tool: string;
  readonly input: object;
  readonly server?: string;
}

export async function createStage(): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-demo-'));
  const [home, project] = [join(folder, 'state'), join(folder, 'site')];
  mkdirSync(home, { mode: 0o700 });
  mkdirSync(project);
  writeFileSync(join(project, 'README.md'), '# A site\n');
  // Nobody answers the last call of the story: it must not keep you waiting for two minutes. A person gets that long.
  const timeoutSeconds = process.stdin.isTTY && process.stdout.isTTY ? 40 : 10;
  writeFileSync(
    join(home, 'config.yaml'),
    `schema: castellan/config/v1\napprovals: { timeoutSeconds: ${timeoutSeconds} }\n`,
    {
      mode: 0o600,
    },
  );
  const env = { ...process.env, CASTELLAN_HOME: home };

  const castellan = async (...args: readonly string[]): Promise<Ended> => {
    const child = spawn(process.execPath, [CASTELLAN, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    return { code: await endOf(child), stdout, stderr };
  };

  const up = await castellan('up', '--port', '0');
  if (up.code !== 0) throw new Error(`the daemon did not start:\n${up.stderr}`);
  const found = readDaemonState(home);
  if (!found.ok) throw new Error(found.fault.message);
  const { port, pid, socket } = found.state;
  const client = await becomeThePerson(folder, socket, castellan);
  const made = await client.connect({ body: { kind: 'claude-code', name: 'demo agent', hookTimeoutSeconds: 120 } });
  if (!made.ok) throw new Error('the demo agent was not connected');
  const { credential } = made.value;

  const post = async (event: string, fields: object): Promise<HookAnswer> => {
    const reply = await fetch(`http://127.0.0.1:${port}/v1/hooks/claude-code`, {
      method: 'POST',
      headers: { authorization: `Bearer ${credential}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        session_id: 'demo-session',
        transcript_path: join(folder, 'transcript.jsonl'),
        cwd: project,
        permission_mode: 'default',
        hook_event_name: event,
        ...fields,
      }),
    });
    const text = await reply.text();
    if (!reply.ok) throw new Error(`the hook was answered with ${reply.status}: ${text}`);
    const output = (text === '' ? {} : JSON.parse(text)).hookSpecificOutput ?? {};
    return { decision: output.permissionDecision ?? 'none', reason: output.permissionDecisionReason ?? '' };
  };

  const hook = (event: 'PreToolUse' | 'PostToolUse', call: HookCall): Promise<HookAnswer> =>
    post(event, {
      tool_name: call.tool,
      tool_input: call.input,
      tool_use_id: call.id,
      ...(call.server === undefined ? {} : { mcp_server: { name: call.server, source: 'user' } }),
      ...(event === 'PostToolUse' ? { tool_response: { ok: true }, duration_ms: 3 } : {}),
    });

  return {
    folder,
    ledger: join(home, 'ledger'),
    client,
    castellan,
    castellanHere: (...args) => endOf(spawn(process.execPath, [CASTELLAN, ...args], { env, stdio: 'inherit' })),
    hook,
    prompt: (text) => post('UserPromptSubmit', { prompt: text }),
    [Symbol.asyncDispose]: async () => {
      try {
        process.kill(pid, 'SIGTERM');
        for (let n = 0; n < 100 && isAlive(pid); n++) await new Promise((resolve) => setTimeout(resolve, 50));
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

/** Makes the account of the demo's person, with a password for this once, and signs them in here and on the command line. */
async function becomeThePerson(folder: string, socketPath: string, castellan: Stage['castellan']): Promise<Client> {
  const password = randomBytes(24).toString('base64url');
  const account = { name: 'you', password, carrier: 'program' } as const;
  const file = join(folder, 'password');
  writeFileSync(file, password, { mode: 0o600 });
  const made = await castellan('setup', '--non-interactive', '--name', account.name, '--password-file', file);
  const nobody = createClient({ transport: socketTransport({ socketPath, token: null }) });
  // Under an agent the command refuses, as it should; what it would have done is then done over the local API.
  const code = made.code === 0 ? null : readFileSync(join(folder, 'state', 'daemon', 'setup-code'), 'utf8').trim();
  const answer = await (code === null
    ? nobody.signIn({ body: account })
    : nobody.setUp({ body: { ...account, code } }));
  if (!answer.ok || answer.value.kind !== 'signed-in' || answer.value.access === undefined)
    throw new Error(`the demo's person has no account: ${made.stderr}`);
  return createClient({ transport: socketTransport({ socketPath, token: answer.value.access }) });
}

const endOf = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
