// Which hook client a connection gets: never one that says yes where it may not, however quick it is.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { type Candidate, candidates, nodeCandidate } from '../../src/hook-client/candidates.ts';
import { chooseHookCommand } from '../../src/hook-client/choose.ts';
import { hookFileOf, hookFileText } from '../../src/hook-client/hook-file.ts';

const node = nodeCandidate(process.execPath);
function script(lines: string, kind: Candidate['kind'] = 'native'): Candidate {
  const file = join(tempFolder(), 'client');
  writeFileSync(file, `#!/bin/sh\n${lines}\n`, { mode: 0o755 });
  return { kind, command: { file, args: [], env: {} } };
}

test('one of ours works here, and nothing of the try is left', async () => {
  const home = tempFolder();
  const chosen = await chooseHookCommand({ home });
  expect(chosen.ok && candidates(process.execPath).map(({ command }) => command)).toContainEqual(
    chosen.ok && chosen.value,
  );
  expect(readdirSync(home)).toEqual([]);
});

test.skipIf(process.platform !== 'linux' || process.arch !== 'x64')(
  'on this machine it is the native one',
  async () => {
    expect(await chooseHookCommand({ home: tempFolder() })).toMatchObject({ ok: true, value: { args: [], env: {} } });
  },
);

test.each([
  ['says yes to everything', `printf '{"castellan":"self-test"}\\n'`],
  ['says nothing', 'exit 0'],
  ['refuses everything', `echo 'castellan: refused for a test' >&2; exit 2`],
  ['ends otherwise where no daemon is', `exec '${process.execPath}' -e 'process.exit(7)'`],
  ['writes a word too much', `cat >/dev/null; echo log; printf '{"castellan":"self-test"}\\n'`],
  ['kills itself', 'kill -9 $$'],
])('one that %s is none', async (_, lines) => {
  const bad = script(lines);
  expect(await chooseHookCommand({ home: tempFolder() }, [bad, node])).toEqual({ ok: true, value: node.command });
  expect(await chooseHookCommand({ home: tempFolder() }, [bad])).toMatchObject({
    ok: false,
    fault: { code: 'not-started' },
  });
});

test('one that is not there, or may not run, is none', async () => {
  const missing: Candidate = { kind: 'native', command: { file: '/nowhere/at/all', args: [], env: {} } };
  expect(await chooseHookCommand({ home: tempFolder() }, [missing, node])).toEqual({ ok: true, value: node.command });
  expect(await chooseHookCommand({ home: '/nowhere/at/all' })).toMatchObject({ ok: false });
});

test('a hook file says what it was told, or is not written', () => {
  const file = {
    socket: '/run/a b/ü.sock',
    owner: 0,
    credential: `castellan_a_abcdef_${'1'.repeat(64)}`,
    route: '/v1/hooks/codex',
    timeoutSeconds: 1,
  };
  const made = hookFileText(file);
  expect(made.ok && hookFileOf(made.value)).toEqual(file);
  for (const wrong of [
    { socket: 'relative' },
    { socket: `/${'x'.repeat(107)}` },
    { socket: '/a\ncredential=x' },
    { owner: -1 },
    { owner: 1.5 },
    { credential: 'x' },
    { route: '/v1/agents' },
    { timeoutSeconds: 0 },
    { timeoutSeconds: 86_401 },
  ])
    expect(hookFileText({ ...file, ...wrong }), JSON.stringify(wrong)).toMatchObject({ ok: false });
});
