// Removing what a confined program leaves: what it made so that nobody removes it, and while another program still works in it.
import { existsSync, mkdirSync, readdirSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asNobody, noLimitsHere, tempFolder } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { removeOwnFolder } from '../src/index.ts';

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

test('links in it are removed, and what they lead to stays as it is', async () => {
  const top = tempFolder();
  const [own, kept] = [join(top, 'own'), join(top, 'kept')];
  mkdirSync(own);
  mkdirSync(kept, { mode: 0o500 });
  writeFileSync(join(top, 'file'), '');
  for (const to of [kept, join(top, 'file'), join(top, 'nothing')])
    symlinkSync(to, join(own, `to-${readdirSync(own).length}`));
  await removeOwnFolder(own);
  expect(existsSync(own)).toBe(false);
  expect(statSync(kept).mode & 0o777).toBe(0o500);
  symlinkSync(kept, own);
  await removeOwnFolder(own);
  expect(readdirSync(top)).toEqual(['file', 'kept']);
  await removeOwnFolder(own);
});

const reason = isLinux ? noLimitsHere() : 'no Linux';
const MODULE = JSON.stringify(join(import.meta.dirname, '../src/index.ts'));

test.skipIf(reason !== null)('folders that their owner may not enter, list or change go too', async () => {
  const said = await asNobody(`
    import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
    import { removeOwnFolder } from ${MODULE};
    mkdirSync('own/a/b/c', { recursive: true });
    for (const at of ['own/f', 'own/a/f', 'own/a/b/f', 'own/a/b/c/f']) writeFileSync(at, '');
    for (const [at, mode] of [['own/a/b/c', 0], ['own/a/b', 0o500], ['own/a', 0o300], ['own', 0]]) chmodSync(at, mode);
    await removeOwnFolder(process.cwd() + '/own');
    console.log(existsSync('own'));
  `);
  expect(said).toMatchObject({ code: 0, stdout: 'false\n', stderr: '' });
});

test.skipIf(reason !== null)('folders nested deeper than a path can be long go too', async () => {
  const said = await asNobody(`
    import { chmodSync, existsSync, mkdirSync } from 'node:fs';
    import { removeOwnFolder } from ${MODULE};
    const top = process.cwd();
    mkdirSync('own');
    process.chdir('own');
    for (let level = 0; level < 3000; level += 50) {
      const deeper = 'd/'.repeat(50);
      mkdirSync(deeper, { recursive: true });
      // Nobody may move it to another folder as it is.
      chmodSync('d', 0o500);
      process.chdir(deeper);
    }
    process.chdir(top);
    await removeOwnFolder(top + '/own');
    console.log(existsSync('own'));
  `);
  expect(said).toMatchObject({ code: 0, stdout: 'false\n', stderr: '' });
});

test.skipIf(reason !== null || process.getuid?.() !== 0)(
  'what belongs to somebody else stays, all else goes, and nobody hears of it',
  async () => {
    const said = await asNobody(
      `
    import { readdirSync } from 'node:fs';
    import { removeOwnFolder } from ${MODULE};
    await removeOwnFolder(process.cwd() + '/own');
    console.log(readdirSync('own').join());
  `,
      (folder) => {
        mkdirSync(join(folder, 'own', 'theirs'), { recursive: true });
        writeFileSync(join(folder, 'own', 'theirs', 'f'), '');
      },
    );
    expect(said).toMatchObject({ code: 0, stdout: 'theirs\n', stderr: '' });
  },
);
