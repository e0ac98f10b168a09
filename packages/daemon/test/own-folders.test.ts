// What servers and commands leave in the folders that they were given: however they left it, the daemon goes on, and starts again.
import { spawnSync } from 'node:child_process';
import { chownSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { asNobody, inRoot, noLimitsHere } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { CacheFolders } from '../src/cache-folders.ts';

const why = noLimitsHere() ?? (spawnSync('bwrap', ['--version']).status === 0 ? null : 'no bubblewrap');
if (why !== null) process.stderr.write(`SKIPPED: what servers and commands leave behind: ${why}\n`);

const from = (path: string): string => JSON.stringify(inRoot('packages', path));

/** As `serverWalls` is given it by the daemon; nothing of it is asked but its folders. */
const WALLS = `
  import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
  import { CacheFolders } from ${from('daemon/src/cache-folders.ts')};
  import { serverWalls } from ${from('daemon/src/modules/walls.ts')};
  const cwd = process.cwd();
  for (const name of ['state', 'cache', 'temp', 'cwd']) mkdirSync(name);
  const parts = { facts: { home: cwd }, folders: new CacheFolders(cwd + '/cache', cwd + '/state') };
  const told = [];
  const walls = serverWalls({ parts, paths: { home: cwd + '/state' }, openWay: () => Promise.reject(new Error('no')) },
    (module, why) => told.push(why));
  const sandbox = { write: [], read: [], network: [] };
  const program = { file: process.execPath, args: [], cwd: cwd + '/cwd', env: { PATH: process.env.PATH }, made: [] };
  const confine = () => walls('notes', sandbox, false).confine(program);
`;

test.skipIf(why !== null)(
  'a server leaves a folder that nobody may enter: it is removed, and nothing is thrown',
  async () => {
    const said = await asNobody(`${WALLS}
    process.env.TMPDIR = cwd + '/temp';
    const walled = await confine();
    if (!walled.ok) throw new Error(walled.why);
    const [own] = readdirSync('temp');
    mkdirSync('temp/' + own + '/tmp/a');
    writeFileSync('temp/' + own + '/tmp/a/f', '');
    chmodSync('temp/' + own + '/tmp/a', 0);
    await walled.ended(Promise.resolve());
    console.log(readdirSync('temp').length);
  `);
    expect(said).toMatchObject({ code: 0, stdout: '0\n', stderr: '' });
  },
);

test.skipIf(why !== null)(
  'where no folder can be made for a server it does not start, and a person is told why',
  async () => {
    const said = await asNobody(`${WALLS}
    process.env.TMPDIR = cwd + '/nowhere';
    const walled = await confine();
    console.log(walled.ok, told.length, /its walls cannot be made \\(ENOENT/.test(told[0]));
  `);
    expect(said).toMatchObject({ code: 0, stdout: 'false 1 true\n', stderr: '' });
  },
);

const START = (before: string, then: string): string => `
  import { randomBytes } from 'node:crypto';
  import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
  import { setTimeout as sleep } from 'node:timers/promises';
  import { CacheFolders } from ${from('daemon/src/cache-folders.ts')};
  import { Workspaces } from ${from('daemon/src/workspace/workspaces.ts')};
  const cwd = process.cwd();
  const folders = new CacheFolders(cwd + '/cache', cwd + '/state');
  ${before}
  const asked = { agents: { onChange: () => undefined, get: () => ({ revokedAt: null, frozen: null, tools: true }) } };
  const config = () => ({ sandbox: { processes: 9, megabytes: null }, workspace: { commands: 'open' } });
  const facts = { home: cwd + '/home', stateFolder: cwd + '/state' };
  const clock = { now: () => 0, random: randomBytes };
  const workspaces = new Workspaces({ folders, ...asked, clock, config, facts, env: {} });
  const opens = (id) => {
    workspaces.of({ id, agent: 'agent_1', workspace: '/' });
    return readdirSync(folders.commands(id)).join();
  };
  const left = () => readdirSync(folders.allCommands).filter((name) => name.startsWith('left-'));
  ${then}
  await workspaces[Symbol.asyncDispose]();
`;

test.skipIf(why !== null)(
  'the daemon starts over what commands left behind, however much and whoever may enter it: no session waits or finds any of it',
  async () => {
    const said = await asNobody(
      START(
        `
    for (let file = 0; file < 20_000; file += 1) writeFileSync(folders.commands('ses_many') + '/' + file, '');
    const own = folders.commands('ses_shut');
    mkdirSync(own + '/tmp/x/y', { recursive: true });
    chmodSync(own + '/tmp/x', 0);
    const theirs = new CacheFolders(cwd + '/cache', cwd + '/other-state').commands('ses_many');`,
        `
    console.log(left().length, opens('ses_many'), opens('ses_shut'));
    while (left().length > 0) await sleep(5);
    console.log(opens('ses_many'), existsSync(theirs));`,
      ),
    );
    expect(said).toMatchObject({ code: 0, stdout: '2 home home\nhome true\n', stderr: '' });
  },
);

test.skipIf(process.getuid?.() !== 0)('the daemon starts over what it can never remove', async () => {
  const said = await asNobody(
    START(
      '',
      `
    console.log(left().length, opens('ses_before'));
    await sleep(200);
    console.log(left().length);`,
    ),
    (folder) => {
      const folders = new CacheFolders(join(folder, 'cache'), join(folder, 'state'));
      writeFileSync(join(folders.commands('ses_before'), 'theirs'), '');
      for (let path = folders.allCommands; path !== folder; path = dirname(path)) chownSync(path, 65_534, 65_534);
    },
  );
  expect(said).toMatchObject({ code: 0, stdout: '1 home\n1\n', stderr: '' });
});
