// `castellan run claude-code` at a terminal, the real client: its own prompt is seen and answered from elsewhere. Whether the
// tool ran is read off the disk.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Terminal } from '@castellan/contract';
import { inRoot, verifies } from '@castellan/testkit';
import { spawn } from '@lydell/node-pty';
import { expect } from 'vitest';
import { type Watching, watchTerminal } from '../e2e/support/run-in-terminal.ts';
import { until } from '../e2e/support/world.ts';
import { withClaude } from './support/claude.ts';
import { bash, calls, canaryPrompt } from './support/script.ts';
import { history, type World, world } from './support/world.ts';

const KEY = 'sk-ant-scripted-0123456789abcdef';

/** What the client keeps of a user who has used it before here: without it, it first asks for a theme and whether to trust. */
function usedBefore({ connected, project }: World): void {
  const kept = {
    hasCompletedOnboarding: true,
    theme: 'dark',
    customApiKeyResponses: { approved: [KEY.slice(-20)], rejected: [] },
    projects: { [project]: { hasTrustDialogAccepted: true, hasCompletedProjectOnboarding: true } },
  };
  writeFileSync(join(dirname(connected.settingsPath), '.claude.json'), JSON.stringify(kept), { mode: 0o600 });
}

interface Session {
  readonly mia: Watching;
  screen(): string;
  end(): Promise<void>;
}

async function session(it: World, prompt: string): Promise<Session> {
  usedBefore(it);
  const pty = spawn(
    process.execPath,
    [inRoot('packages', 'cli', 'bin', 'castellan.mjs'), 'run', 'claude-code', prompt],
    {
      ...{ cwd: it.project, cols: 120, rows: 40, name: 'xterm-256color' },
      env: {
        ...{ PATH: process.env.PATH ?? '', HOME: it.user, LANG: 'C.UTF-8', CASTELLAN_HOME: it.home },
        ...{ ANTHROPIC_BASE_URL: `http://127.0.0.1:${it.model.port}`, ANTHROPIC_API_KEY: KEY },
      },
    },
  );
  let screen = '';
  pty.onData((text) => {
    screen += text;
  });
  const ended = new Promise<void>((resolve) => pty.onExit(() => resolve()));
  const terminal = await until('a terminal', async () => {
    const reply = await it.daemon.request('GET', '/v1/terminals');
    return (reply.json() as { terminals: readonly Terminal[] }).terminals[0];
  });
  return {
    mia: watchTerminal(it.daemon, terminal.id, await it.daemon.access()),
    screen: () => screen,
    end: async () => {
      pty.kill('SIGTERM');
      await ended;
    },
  };
}

/** The words of a screen, without what draws it. */
const words = (text: string): string => text.replace(/\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b./g, ' ').replace(/\s+/g, ' ');

const asks = { modules: { 'claude-code': { tools: { Bash: 'ask' } } } };

verifies(
  ['H11'],
  "the client's own prompt is answered yes from elsewhere, and the tool runs",
  async () => {
    await using it = await world(asks, { scope: 'isolated' });
    const at = await session(it, canaryPrompt(calls(bash('touch witness'))));
    await until(
      'the prompt',
      () => /Do you want to (?:proceed|create|run)/i.test(words(at.mia.text())) || undefined,
      40_000,
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${words(at.screen())}`);
    });
    expect(it.ran('witness')).toBe(false);
    at.mia.type('1');
    await until('the witness', () => it.ran('witness') || undefined, 20_000);
    // The client asks its model for more than the turn (a suggestion), and the script answers that with the same call again.
    const [call] = await until('the outcome', async () => {
      const found = history(await it.records(), 'Bash');
      return found.some(({ outcome }) => outcome !== null) ? found : undefined;
    });
    expect(call).toMatchObject({ verdict: 'ask', outcome: { by: 'agent-prompt', status: 'succeeded' } });
    await at.end();
  },
  withClaude,
);

verifies(
  ['H11'],
  'and no from elsewhere, and it does not',
  async () => {
    await using it = await world(asks, { scope: 'isolated' });
    const at = await session(it, canaryPrompt(calls(bash('touch witness'))));
    await until(
      'the prompt',
      () => /Do you want to (?:proceed|create|run)/i.test(words(at.mia.text())) || undefined,
      40_000,
    );
    at.mia.type('\u001b');
    await until(
      'the refusal',
      () => /interrupted|rejected|declined|No \(|What should Claude/i.test(words(at.mia.text())) || undefined,
      20_000,
    );
    expect(it.ran('witness')).toBe(false);
    await at.end();
    expect(it.ran('witness')).toBe(false);
  },
  withClaude,
);
