// A pipe, a device or a folder where settings should be: whoever looks is told, and never waits.
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { bytesIfThere, readIfThere } from '../src/files.ts';

test('settings are read from files, also through a link, and from nothing else', async () => {
  const folder = tempFolder();
  const at = (name: string): string => join(folder, name);
  writeFileSync(at('settings'), '{"a":1}');
  symlinkSync('settings', at('link'));
  mkdirSync(at('folder'));
  execFileSync('mkfifo', [at('pipe')]);
  expect(await readIfThere(at('settings'))).toBe('{"a":1}');
  expect(await readIfThere(at('link'))).toBe('{"a":1}');
  expect(await readIfThere(at('nothing'))).toBeNull();
  expect(await readIfThere(join(at('settings'), 'below'))).toBeNull();
  expect((await bytesIfThere(at('settings')))?.length).toBe(7);
  // More of them than there are threads: one that waited would be all that waited.
  const odd = [...Array(16).fill(at('pipe')), at('folder'), '/dev/zero'];
  for (const path of odd) await expect(readIfThere(path), path).rejects.toThrow('is no file');
});
