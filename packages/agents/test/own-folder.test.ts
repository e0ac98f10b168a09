// Removing what a run leaves while another program of the agent user still works in it.
import { mkdirSync, readdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { removeOwnFolder } from '../src/walls/own-folder.ts';

const isLinux = process.platform === 'linux';
if (!isLinux) process.stderr.write('SKIPPED: own folders by descriptors: no Linux\n');

test.skipIf(!isLinux)('a link put in the place of a folder leads nowhere while it is removed', async () => {
  const top = tempFolder();
  const [own, kept, deep] = [join(top, 'own'), join(top, 'kept'), join(top, 'own', 'home', 'deep')];
  mkdirSync(deep, { recursive: true });
  mkdirSync(kept);
  for (let i = 0; i < 1500; i += 1) for (const folder of [deep, kept]) writeFileSync(join(folder, `f${i}`), '');
  symlinkSync(kept, join(top, 'link'));
  const removed = removeOwnFolder(own);
  while (readdirSync(deep).length === 1500) await new Promise((resolve) => setImmediate(resolve));
  renameSync(deep, join(top, 'aside'));
  renameSync(join(top, 'link'), deep);
  await removed;
  expect(readdirSync(kept)).toHaveLength(1500);
});
