// `castellan watch` in a real terminal of 80 by 24 (tmux), the real daemon, a hook that waits: what a person sees and presses.
import { join } from 'node:path';
import {
  bareEnvironment,
  inRoot,
  type RunningDaemon,
  runProcess,
  startDaemon,
  tempFolder,
  verifies,
} from '@castellan/testkit';
import { expect } from 'vitest';
import { SETTLE_MS } from '../src/prompt.ts';

const isThere = await runProcess('tmux', ['-V']).then(
  ({ code }) => code === 0,
  () => false,
);
if (!isThere) process.stderr.write('SKIPPED: tmux is not here, so `castellan watch` is not tried in a terminal\n');

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Terminal extends AsyncDisposable {
  /** What stands on the screen once it matches. @throws Error with the screen when it never does. */
  shows(pattern: RegExp): Promise<string>;
  press(key: string): Promise<void>;
}

/** A terminal that is nobody's child: no agent that runs these tests stands above it. */
async function openTerminal(daemon: RunningDaemon): Promise<Terminal> {
  const folder = tempFolder();
  const env = { ...bareEnvironment(folder), TERM: 'xterm-256color', CASTELLAN_HOME: daemon.home };
  const tmux = async (...args: readonly string[]): Promise<string> => {
    const ended = await runProcess('tmux', ['-S', join(folder, 'tmux'), '-f', '/dev/null', ...args], { env });
    if (ended.code !== 0) throw new Error(`tmux ${args[0]}: ${ended.stderr}`);
    return ended.stdout;
  };
  const program = `'${process.execPath}' '${inRoot('packages', 'cli', 'bin', 'castellan.mjs')}' watch`;
  await tmux('new-session', '-d', '-x', '80', '-y', '24', program);
  return {
    async shows(pattern) {
      let screen = '';
      for (let tries = 0; tries < 150; tries += 1) {
        screen = await tmux('capture-pane', '-p');
        if (pattern.test(screen)) return screen;
        await sleep(50);
      }
      throw new Error(`never on the screen: ${pattern}\n${screen}`);
    },
    press: async (key) => void (await tmux('send-keys', key)),
    // Without a session the server has ended by itself: that is no failure.
    [Symbol.asyncDispose]: async () => void (await tmux('kill-server').catch(() => undefined)),
  };
}

interface Told {
  readonly hookSpecificOutput: { readonly permissionDecision: string; readonly permissionDecisionReason?: string };
}

/** An agent whose PreToolUse hook waits for the answer. */
async function connectAgent(
  daemon: RunningDaemon,
): Promise<(id: string, tool: string, input: object) => Promise<Told>> {
  const made = await daemon.request('POST', '/v1/agents', {
    body: { kind: 'claude-code', name: 'helper', hookTimeoutSeconds: 600 },
  });
  const { credential } = made.json() as { readonly credential: string };
  return async (id, tool, input) => {
    const answer = await daemon.request('POST', '/v1/hooks/claude-code', {
      token: credential,
      body: {
        session_id: 's1',
        transcript_path: '/home/me/.claude/projects/p/s1.jsonl',
        cwd: '/tmp',
        permission_mode: 'default',
        hook_event_name: 'PreToolUse',
        tool_name: tool,
        tool_input: input,
        tool_use_id: id,
        mcp_server: { name: 'mail', source: 'user' },
      },
    });
    return answer.json() as Told;
  };
}

verifies(
  ['H2', 'H4'],
  'in a terminal: the card appears by itself, a approves and d denies, and each waiting hook resumes',
  async () => {
    await using daemon = await startDaemon();
    const call = await connectAgent(daemon);
    await using terminal = await openTerminal(daemon);
    await terminal.shows(/nothing waits/);

    const letter = { to: 'a@b.example', subject: 'The offer', body: 'Dear client' };
    const sent = call('toolu_terminal_1', 'mcp__mail__send', letter);
    const card = await terminal.shows(/Send an e-mail to “a@b\.example”: “The offer”[\s\S]*a approve once/);
    expect(card).toMatch(/waiting \d+ s, .* left \[#+\.*\] {2}helper: /);
    expect(card).toMatch(/sends (?:a message )?to a@b\.example/);
    expect(card).not.toContain('approving also allows');
    await sleep(SETTLE_MS + 100);
    await terminal.press('a');
    // A message to somebody is under a Critical rule: one key is not enough.
    await terminal.shows(/Critical: press y to approve exactly this/);
    await terminal.press('y');
    expect((await sent).hookSpecificOutput.permissionDecision).toBe('allow');
    await terminal.shows(/approved by a person on this machine/);

    const again = call('toolu_terminal_2', 'mcp__mail__send', { ...letter, to: 'c@d.example' });
    await terminal.shows(/Send an e-mail to “c@d\.example”[\s\S]*d deny/);
    await sleep(SETTLE_MS + 100);
    await terminal.press('d');
    const denied = (await again).hookSpecificOutput;
    expect(denied.permissionDecision).toBe('deny');
    expect(denied.permissionDecisionReason).toContain('DENIED');

    // Confirmed once for a task: the card says so, and `o` leaves the task out.
    const draft = call('toolu_terminal_3', 'mcp__mail__draft', { to: 'a@b.example' });
    await terminal.shows(/approving also allows, for this task: mail\/draft[\s\S]*o approve only this call/);
    await sleep(SETTLE_MS + 100);
    await terminal.press('o');
    expect((await draft).hookSpecificOutput.permissionDecision).toBe('allow');
    expect((await daemon.request('GET', '/v1/grants')).json()).toMatchObject({ grants: [] });

    await terminal.press('q');
  },
  { skip: !isThere, timeout: 60_000 },
);
