// Which client is accepted. The program is a real one that answers `--version`.
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { isOlder } from '../src/claude-code/client-binary.ts';
import { findClaude } from '../src/index.ts';

function program(says: string): string {
  const folder = tempFolder();
  const file = join(folder, 'claude');
  writeFileSync(file, `#!/bin/sh\necho '${says}'\n`);
  chmodSync(file, 0o755);
  return folder;
}
const find = async (folder: string) => {
  const found = await findClaude({ PATH: `relative:${folder}:/usr/bin:/bin`, HOME: '/' });
  return found.ok ? found.value.version : found.fault.code;
};

test('a version that can be held is found on PATH', async () => {
  expect(await find(program('2.1.330 (Claude Code)'))).toBe('2.1.330');
  expect(await find(program('2.1.295 (Claude Code)'))).toBe('2.1.295');
});

test('one without onFailure is refused', async () => {
  expect(await find(program('2.1.294 (Claude Code)'))).toBe('client-too-old');
  expect(await find(program('1.9.999 (Claude Code)'))).toBe('client-too-old');
});

test('none, or something else', async () => {
  expect(await find(program('hello'))).toBe('client-missing');
  expect(await find(tempFolder())).toBe('client-missing');
  expect(await findClaude({}, 'relative/claude')).toMatchObject({ ok: false, fault: { code: 'client-missing' } });
});

test('versions compare by number', () => {
  expect(isOlder('2.1.99', '2.1.295')).toBe(true);
  expect(isOlder('2.10.0', '2.9.9')).toBe(false);
  expect(isOlder('2.1.295', '2.1.295')).toBe(false);
});
