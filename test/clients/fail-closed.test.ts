// The daemon away, dying, slow, or the credential wrong: in every case the tool does not run. The client itself is told to
// allow it, so that nothing but our hook holds it.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { startDaemon, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { withClaude } from './support/claude.ts';
import { bash, calls } from './support/script.ts';
import { clientOf, hookFileOf, type World, world } from './support/world.ts';

const touch = calls(bash('touch witness'));
const ALLOWED = { args: ['--allowedTools', 'Bash'] };
const confirm = { modules: { 'claude-code': { tools: { Bash: 'confirm' } } } };
const allow = { modules: { 'claude-code': { tools: { Bash: 'allow' } } } };

const settingsOf = (it: World) => join(it.user, '.claude', 'settings.json');
/** Only the hook that decides: others would stop the run before it gets to a tool. */
function keepOnlyDeciding(it: World): void {
  const settings = JSON.parse(readFileSync(settingsOf(it), 'utf8'));
  settings.hooks = { PreToolUse: settings.hooks.PreToolUse };
  writeFileSync(settingsOf(it), JSON.stringify(settings));
}
function changeHookFile(it: World, what: RegExp, into: string): void {
  const before = readFileSync(hookFileOf(it), 'utf8');
  const after = before.replace(what, into);
  expect(after).not.toBe(before);
  writeFileSync(hookFileOf(it), after);
}

verifies(
  ['K2'],
  'the witness works: without hooks the same command runs',
  async () => {
    await using it = await world(allow);
    writeFileSync(settingsOf(it), '{}');
    await it.claude(touch, ALLOWED);
    expect(it.ran('witness')).toBe(true);
  },
  withClaude,
);

verifies(
  ['K2'],
  'the daemon is down: nothing runs, not even a prompt',
  async () => {
    await using it = await world(allow);
    await it.daemon.stop();
    await it.claude(touch, ALLOWED);
    expect(it.ran('witness')).toBe(false);
    keepOnlyDeciding(it);
    const ended = await it.claude(touch, ALLOWED);
    expect(it.ran('witness')).toBe(false);
    expect(ended.stdout).toContain('the daemon does not answer');
  },
  withClaude,
);

verifies(
  ['K2'],
  'the daemon is killed while a call waits: the call does not run',
  async () => {
    await using it = await world(confirm);
    keepOnlyDeciding(it);
    const running = it.claude(touch, ALLOWED);
    await it.waiting();
    await it.daemon.kill();
    await running;
    expect(it.ran('witness')).toBe(false);
  },
  withClaude,
);

verifies(
  ['K2'],
  'the daemon is stopped while a call waits: it is cancelled, and the model is told',
  async () => {
    await using it = await world(confirm);
    const running = it.claude(touch, ALLOWED);
    await it.waiting();
    await it.daemon.stop();
    const ended = await running;
    expect(it.ran('witness')).toBe(false);
    expect(ended.stdout).toContain('CANCELLED');
  },
  withClaude,
);

verifies(
  ['K2'],
  'a restarted daemon does not take up what waited before',
  async () => {
    await using it = await world(confirm);
    keepOnlyDeciding(it);
    const running = it.claude(touch, ALLOWED);
    await it.waiting();
    await it.daemon.kill();
    await using again = await startDaemon({ home: it.home, env: { CASTELLAN_PORT: String(it.daemon.state.port) } });
    await running;
    expect(it.ran('witness')).toBe(false);
    const listed = await clientOf(again).approvals();
    const pending = listed.ok ? listed.value.approvals.filter(({ state }) => state.kind === 'pending') : listed;
    expect(pending).toEqual([]);
  },
  withClaude,
);

verifies(
  ['K2'],
  'a wrong credential: nothing runs',
  async () => {
    await using it = await world(allow);
    keepOnlyDeciding(it);
    changeHookFile(it, /(castellan_a_[0-9a-z]+_)[0-9a-f]{64}/, `$1${'0'.repeat(64)}`);
    const ended = await it.claude(touch, ALLOWED);
    expect(it.ran('witness')).toBe(false);
    expect(ended.stdout).toContain('castellan: ');
  },
  withClaude,
);

verifies(
  ['K2'],
  'input beyond the limit is refused',
  async () => {
    await using it = await world(allow);
    const content = 'x'.repeat(1_100_000);
    const file_path = join(it.project, 'large');
    await it.claude(calls({ tool: 'Write', input: { file_path, content } }), { args: ['--allowedTools', 'Write'] });
    expect(existsSync(file_path)).toBe(false);
  },
  withClaude,
);

const REPLIES: Readonly<Record<string, { status?: number; body?: string; hang?: boolean }>> = {
  'an empty object': { body: '{"hookSpecificOutput":{}}' },
  'a broken answer': { body: '{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDec' },
  'an unknown decision': {
    body: '{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"maybe"}}',
  },
  'a server error': { status: 500, body: 'no' },
  'a redirect': { status: 302 },
  'no answer at all': { hang: true },
};
for (const [name, reply] of Object.entries(REPLIES)) {
  verifies(
    ['K2'],
    `something else answers at the daemon's socket with ${name}: nothing runs`,
    async () => {
      await using it = await world(allow);
      await it.daemon.stop();
      const server = createServer((_, response) => {
        if (reply.hang) return;
        response.writeHead(reply.status ?? 200, { 'content-type': 'application/json', location: '/' }).end(reply.body);
      });
      let asked = 0;
      server.on('request', () => {
        asked += 1;
      });
      rmSync(it.daemon.socket, { force: true });
      await new Promise<void>((resolve) => server.listen(it.daemon.socket, resolve));
      keepOnlyDeciding(it);
      changeHookFile(it, /^timeout=\d+$/m, 'timeout=2');
      await it.claude(touch, ALLOWED);
      server.closeAllConnections();
      server.close();
      expect(it.ran('witness')).toBe(false);
      expect(asked).toBeGreaterThan(0);
    },
    withClaude,
  );
}
