// The SessionStart script as the client starts it: a process with JSON on stdin.
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { runProcess, tempFolder } from '@castellan/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { settingsText, withHooks } from '../src/claude-code/settings/merge.ts';
import { answerContext, sessionStartScript } from '../src/index.ts';
import { CREDENTIAL, SPEC } from './support.ts';

const EVENT = '{"hook_event_name":"SessionStart","source":"startup"}';

async function start(port: number) {
  const settingsPath = join(tempFolder(), 'settings.json');
  writeFileSync(settingsPath, settingsText(withHooks({}, { ...SPEC, port, settingsPath }), ''));
  const ended = await runProcess(process.execPath, [sessionStartScript(), settingsPath], {
    input: EVENT,
    env: { CLAUDE_CODE_ENTRYPOINT: 'cli' },
  });
  return { ...ended, context: String(JSON.parse(ended.stdout).hookSpecificOutput.additionalContext) };
}

async function daemon(answer: string, status = 200) {
  const seen: { authorization?: string | undefined; entrypoint?: unknown; body: string }[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { authorization } = request.headers;
      seen.push({ authorization, entrypoint: request.headers['x-castellan-entrypoint'], body });
      response.writeHead(status, { 'content-type': 'application/json', location: '/' }).end(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, seen };
}

test('hands the event on with the credential and prints the answer', async () => {
  const { port, seen } = await daemon(JSON.stringify(answerContext('SessionStart', 'the constraints')));
  const ended = await start(port);
  expect(ended).toMatchObject({ code: 0, stderr: '', context: 'the constraints' });
  expect(seen).toEqual([{ authorization: `Bearer ${CREDENTIAL}`, entrypoint: 'cli', body: EVENT }]);
});

test.each([
  ['nobody answers', null, 0],
  ['an error', 'no', 500],
  ['a redirect', '', 302],
  ['not JSON', 'hello', 200],
  ['no context', '{}', 200],
])('%s: a warning and exit 0', async (_, answer, status) => {
  const port = answer === null ? 1 : (await daemon(answer, status)).port;
  const ended = await start(port);
  expect(ended.code).toBe(0);
  expect(ended.context).toContain('daemon did not answer');
});
