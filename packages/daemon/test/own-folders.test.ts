// What servers and commands leave in the folders that they were given: however they left it, the daemon goes on, and starts again.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { asNobody, inRoot, noLimitsHere } from '@castellan/testkit';
import { expect, test } from 'vitest';

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
  const parts = { facts: { home: cwd }, folders: new CacheFolders(cwd + '/cache') };
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
    await walled.ended();
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
  import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
  import { setTimeout as sleep } from 'node:timers/promises';
  import { CacheFolders } from ${from('daemon/src/cache-folders.ts')};
  import { Workspaces } from ${from('daemon/src/workspace/workspaces.ts')};
  const folders = new CacheFolders(process.cwd() + '/cache');
  ${before}
  const asked = { agents: { onChange: () => undefined, get: () => ({ revokedAt: null, frozen: null, tools: true }) } };
  const cwd = process.cwd();
  const config = () => ({ sandbox: { processes: 9, megabytes: null }, workspace: { commands: 'open' } });
  const facts = { home: cwd + '/home', stateFolder: cwd + '/state' };
  const workspaces = new Workspaces({ folders, ...asked, config, facts, env: {} });
  const opens = (id) => {
    try {
      workspaces.of({ id, agent: 'agent_1', workspace: '/' });
      return 'opens';
    } catch (error) {
      return error.message;
    }
  };
  ${then}
`;

test.skipIf(why !== null)(
  'the daemon starts over what commands left behind, however much and whoever may enter it; their sessions wait for its end',
  async () => {
    const said = await asNobody(
      START(
        `
    for (let file = 0; file < 20_000; file += 1) writeFileSync(folders.commands('ses_many') + '/' + file, '');
    const own = folders.commands('ses_shut');
    mkdirSync(own + '/tmp/x/y', { recursive: true });
    chmodSync(own + '/tmp/x', 0);`,
        `
    console.log(opens('ses_many'), '|', opens('ses_shut'), existsSync(own));
    while (readdirSync(folders.allCommands).length > 0) await sleep(5);
    await sleep(0);
    console.log(opens('ses_many'));
    await workspaces[Symbol.asyncDispose]();`,
      ),
    );
    const waits = 'what ran in this session is still ending: try again';
    expect(said).toMatchObject({ code: 0, stdout: `${waits} | ${waits} true\nopens\n`, stderr: '' });
  },
);

test.skipIf(process.getuid?.() !== 0)('the daemon starts over what it can never remove', async () => {
  const theirs = join('cache', 'castellan', 'commands', 'ses_before');
  const said = await asNobody(
    START('', `while (/still ending/.test(opens('ses_before'))) await sleep(5); console.log(opens('ses_before'));`),
    (folder) => mkdirSync(join(folder, theirs), { recursive: true }),
  );
  expect(said).toMatchObject({ code: 0, stdout: expect.stringMatching(/belongs to another user|EACCES/), stderr: '' });
});
