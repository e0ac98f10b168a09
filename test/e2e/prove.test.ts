// Evidence for somebody who trusts nobody here: a proof of a call, checked by the verifier alone in an empty folder; and records
// that are old, which go, while everything that is left still verifies.
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyLedger } from '@castellan/ledger';
import {
  bareEnvironment,
  inRoot,
  logIn,
  type ProcessResult,
  runProcess,
  startDaemon,
  tempFolder,
  verifies,
} from '@castellan/testkit';
import { expect } from 'vitest';
import {
  agentOver,
  DELETE,
  MAIL,
  ofKind,
  type TestAgent,
  UNHURRIED,
  type World,
  world,
  worldOf,
} from './support/world.ts';

const DAY = 86_400_000;

const castellan = (home: string, cwd: string, ...args: readonly string[]): Promise<ProcessResult> =>
  runProcess(process.execPath, [inRoot('packages', 'cli', 'bin', 'castellan.mjs'), ...args], {
    cwd,
    env: { ...bareEnvironment(join(home, '..')), CASTELLAN_HOME: home },
  });

/** Somebody else's Node, where there is one: the verifier must not need ours. */
const OTHER_NODE = existsSync('/usr/bin/node') ? '/usr/bin/node' : process.execPath;

async function callOf(it: World, id: string): Promise<string> {
  const attempt = ofKind(await it.records(), 'attempt').find(({ externalId }) => externalId === id);
  if (attempt === undefined) throw new Error(`no attempt \`${id}\``);
  return attempt.call;
}

async function denied(it: World, agent: TestAgent): Promise<void> {
  const asked = agent.pre(DELETE, { id: 'letter-to-the-tax-office' }, { id: 'toolu_denied', server: MAIL });
  const [approval] = await it.waiting();
  if (approval === undefined) throw new Error('nothing waits');
  await it.deny(approval, 'never');
  expect((await asked).verdict).toBe('deny');
}

verifies(
  ['L2', 'L4', 'L5'],
  'a proof of a call is checked by one file and the key, and by nothing else of ours',
  async () => {
    await using it = await world();
    const { home } = it.daemon;
    const cwd = tempFolder();
    const agent = await it.connect();
    await agent.pre('Read', { file_path: '/tmp/notes.txt' }, { id: 'toolu_read' });
    await agent.post('Read', { file_path: '/tmp/notes.txt' }, 'toolu_read');
    const checkpoint = await castellan(home, cwd, 'ledger', 'checkpoint');
    writeFileSync(join(cwd, 'head.txt'), checkpoint.stdout);
    await denied(it, agent);
    // Longer than an entry of the ledger may be: it stands there in parts.
    const content = 'all work and no play '.repeat(5_000);
    await agent.pre('Write', { file_path: '/tmp/long.txt', content }, { id: 'toolu_long' });

    const written = await castellan(home, cwd, 'ledger', 'verifier', '--out', 'verify.mjs');
    expect(written, written.stderr).toMatchObject({ code: 0 });
    const key = readFileSync(join(home, 'ledger', 'vkey'), 'utf8').trim();
    const empty = mkdtempSync(join(tempFolder(), 'empty-'));
    const verify = (proof: string, ...args: readonly string[]): Promise<ProcessResult> => {
      writeFileSync(join(empty, 'verify.mjs'), readFileSync(join(cwd, 'verify.mjs')));
      writeFileSync(join(empty, 'proof.json'), proof);
      writeFileSync(join(empty, 'head.txt'), checkpoint.stdout);
      return runProcess(OTHER_NODE, ['verify.mjs', 'proof.json', ...args], { cwd: empty, env: {} });
    };
    const prove = async (id: string, ...args: readonly string[]): Promise<string> => {
      const proved = await castellan(home, cwd, 'ledger', 'prove', await callOf(it, id), ...args);
      expect(proved, proved.stderr).toMatchObject({ code: 0 });
      expect(proved.stderr).toContain(key);
      return proved.stdout;
    };

    const refusal = await prove('toolu_denied', '--since', 'head.txt');
    const checked = await verify(refusal, '--key', key, '--since', 'head.txt');
    expect(checked, checked.stdout).toMatchObject({ code: 0 });
    expect(checked.stdout).toMatch(/the log goes on from the \d+ records that you kept/);
    expect(checked.stdout).toMatch(/approval, the question about it: denied/);
    expect(checked.stdout).toMatch(/outcome, refused/);
    expect(checked.stdout.trimEnd().split('\n').at(-1)).toMatch(/^proved: \d records about call_/);
    expect(await verify(refusal)).toMatchObject({ code: 1 });
    const other = refusal.replace(/"index": (\d+)/, (_, index) => `"index": ${Number(index) + 1}`);
    expect(await verify(other, '--key', key)).toMatchObject({ code: 1 });

    for (const id of ['toolu_read', 'toolu_long'])
      expect((await verify(await prove(id), '--key', key)).stdout, id).toContain('proved: ');

    // What is known to be a secret by now leaves in no proof; the owner of the files has them anyway.
    const secret = await it.daemon.request('POST', '/v1/secrets', {
      body: { name: 'case-number', value: 'letter-to-the-tax-office' },
    });
    expect(secret.status, secret.text).toBe(200);
    const id = await callOf(it, 'toolu_denied');
    const refused = await castellan(home, cwd, 'ledger', 'prove', id);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/record `\d+` holds what is known to be a secret by now/);
    expect(refused.stderr).not.toContain('tax-office');
    const offline = await castellan(
      home,
      cwd,
      'ledger',
      'prove',
      id,
      '--from',
      join(home, 'ledger'),
      '--out',
      'mine.json',
    );
    expect(offline, offline.stderr).toMatchObject({ code: 0 });
    expect((await verify(readFileSync(join(cwd, 'mine.json'), 'utf8'), '--key', key)).stdout).toContain('proved: ');
    expect(
      await castellan(home, cwd, 'ledger', 'prove', id, '--out', 'mine.json', '--from', join(home, 'ledger')),
    ).toMatchObject({ code: 1 });
    const unknown = `/v1/calls/call_${'a'.repeat(20)}/proof`;
    expect((await it.daemon.request('GET', unknown)).status).toBe(404);
  },
  { timeout: 90_000 },
);

verifies(
  ['L4', 'L5'],
  'old records are sealed at a person’s word, held by what is open, and the ledger still verifies',
  async () => {
    const file = join(tempFolder(), 'offset');
    writeFileSync(file, '0');
    const archive = join(tempFolder(), 'archive');
    const options = {
      home: join(tempFolder(), 'state'),
      env: { CLOCK_OFFSET: file, NODE_OPTIONS: `--import ${inRoot('test', 'e2e', 'support', 'fake-clock.mjs')}` },
      config: { limits: UNHURRIED, retention: { archive } },
    };
    const first = worldOf(await startDaemon(options));
    const { home } = first.daemon;
    const agent = await first.connect();
    await agent.pre('Read', { file_path: '/tmp/old.txt' }, { id: 'toolu_old' });
    const old = await callOf(first, 'toolu_old');
    for (let n = 0; n < 30; n += 1)
      await Promise.all(Array.from({ length: 10 }, (_, m) => agent.pre('Read', { file_path: `/tmp/${n}-${m}.txt` })));
    // Bundles are full after a while, or at the next start.
    await first.daemon.stop();
    writeFileSync(file, String(100 * DAY));

    await using it = worldOf(await startDaemon(options));
    const seal = (body: object) => it.daemon.request('POST', '/v1/ledger/seal', { body });
    expect(
      (await it.daemon.request('POST', '/v1/ledger/seal', { body: {}, token: it.daemon.state.token })).status,
    ).toBe(403);
    expect((await it.daemon.request('POST', '/v1/ledger/seal', { body: {}, token: agent.credential })).status).toBe(
      403,
    );
    expect((await seal({})).json()).toMatchObject({
      error: 'conflict',
      message: 'nothing says how long records are kept',
    });
    expect((await seal({ days: 30 })).json()).toMatchObject({ sealed: null, held: { by: 'open-task' } });
    await agentOver(it.daemon, agent.id, agent.credential).endSession();
    expect((await seal({ days: 200 })).json()).toMatchObject({ sealed: null, held: null });

    await logIn(home);
    const tried = await castellan(home, home, 'ledger', 'seal', '--days', '30', '--dry-run');
    expect(tried, tried.stderr).toMatchObject({ code: 0, stdout: 'would seal records 0 to 255\n' });
    expect(await it.verify()).toMatchObject({ kind: 'verified', sealed: [] });
    const sealed = await castellan(home, home, 'ledger', 'seal', '--days', '30');
    expect(sealed, sealed.stderr).toMatchObject({ code: 0 });
    expect(sealed.stdout).toContain('sealed records 0 to 255');

    const [record] = ofKind(await it.records(), 'sealed');
    expect(record).toMatchObject({ from: 0, to: 256, fate: 'archived', by: 'person:mia' });
    expect(existsSync(join(home, 'ledger', 'tile', 'entries', '000'))).toBe(false);
    const verified = await castellan(home, home, 'ledger', 'verify', '--archive', join(archive, keyName(home)));
    expect(verified, verified.stderr).toMatchObject({ code: 0 });
    expect(verified.stdout).toMatch(/0 to 255: sealed \d{4}-\d\d-\d\d by you|0 to 255: sealed \d{4}-\d\d-\d\d by mia/);
    expect((await it.daemon.request('GET', `/v1/calls/${old}/proof`)).status).toBe(404);
    const offline = await castellan(home, home, 'ledger', 'show', '0');
    expect(offline.code).toBe(1);
    // The latest records are as they were, and the log goes on.
    expect(
      await agentOver(it.daemon, agent.id, agent.credential).pre('Read', { file_path: '/tmp/new.txt' }),
    ).toMatchObject({
      verdict: 'allow',
    });
    // What was moved out of the state folder is closed to agents as it was there.
    for (const [tool, input] of [
      ['Read', { file_path: join(archive, keyName(home), 'tile/entries/000') }],
      ['Bash', { command: `rm -rf ${archive}` }],
    ] as const)
      expect((await agentOver(it.daemon, agent.id, agent.credential).pre(tool, input)).verdict).toBe('deny');
    await it.daemon.stop();
    await using again = worldOf(await startDaemon(options));
    expect(await again.verify()).toMatchObject({ kind: 'verified', sealed: [{ from: 0, to: 256 }] });
    expect(ofKind(await again.records(), 'sealed')).toHaveLength(1);
    expect(await verifyLedger(join(home, 'ledger'), { archive: join(archive, keyName(home)) })).toMatchObject({
      kind: 'verified',
    });
  },
  { timeout: 90_000 },
);

const keyName = (home: string): string => readFileSync(join(home, 'ledger', 'vkey'), 'utf8').split('+')[0] ?? '';
