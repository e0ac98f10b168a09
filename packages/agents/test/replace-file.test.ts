// A file put in place: the folder that is made for it can be looked into by whoever may read the file, and by nobody else.
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tempFolder } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { replaceFile } from '../src/files.ts';

test.each([
  [0o644, 0o755],
  [0o600, 0o700],
  [0o640, 0o700],
])('a file of mode %o stands in a new folder of mode %o', async (mode, folder) => {
  const path = join(tempFolder(), 'new', 'file');
  await replaceFile(path, 'x', mode);
  expect(statSync(path).mode & 0o777).toBe(mode);
  expect(statSync(dirname(path)).mode & 0o777 & ~0o022).toBe(folder);
});
