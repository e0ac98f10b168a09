// The vault of a real daemon, over its API: what is kept, what is told of it, and what of it lies on the disk.
import { chmodSync, existsSync, lstatSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SecretInfo, VaultState } from '@castellan/contract';
import { type HttpResponse, type RunningDaemon, startDaemon, tempFolder, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { formsIn } from './support/forms.ts';
import { ofKind, until, world, worldOf } from './support/world.ts';

const OLD = 'hunter2-hunter2-old';
const NEW = 'correct-horse-battery';

interface Listed {
  readonly vault: VaultState;
  readonly secrets: readonly SecretInfo[];
}
const listed = async (daemon: RunningDaemon): Promise<Listed> =>
  (await daemon.request('GET', '/v1/secrets')).json() as Listed;
const names = async (daemon: RunningDaemon) => (await listed(daemon)).secrets.map(({ name }) => name);

async function good(answer: Promise<HttpResponse>): Promise<unknown> {
  const { status, text } = await answer;
  expect(status, text).toBe(200);
  return JSON.parse(text);
}
const add = (daemon: RunningDaemon, name: string, value: string, more = {}) =>
  good(daemon.request('POST', '/v1/secrets', { body: { name, value, ...more } })) as Promise<SecretInfo>;

verifies(['X1'], 'a secret is added, listed, changed, rotated and removed, and no answer has its value', async () => {
  await using it = await world();
  const { daemon } = it;
  const answers: string[] = [];
  const ask = async (method: string, path: string, body?: unknown) => {
    const answer = await good(daemon.request(method, path, body === undefined ? {} : { body }));
    answers.push(JSON.stringify(answer));
    return answer;
  };
  expect(await listed(daemon)).toEqual({ vault: { state: 'empty', key: null, text: '' }, secrets: [] });
  const first = (await ask('POST', '/v1/secrets', {
    name: 'MAIL',
    value: OLD,
    note: 'for the mail server',
    uses: [{ kind: 'host', name: 'mail.example' }],
  })) as SecretInfo;
  expect(first).toMatchObject({ name: 'MAIL', timesUsed: 0, lastUsed: null, due: 'no', canary: false });
  const second = (await ask('POST', '/v1/secrets/MAIL/rotate', { value: NEW })) as SecretInfo;
  expect(second.fingerprint).not.toBe(first.fingerprint);
  expect(second.rotatedAt).toBeGreaterThanOrEqual(first.rotatedAt);
  const changed = (await ask('PATCH', '/v1/secrets/MAIL', { note: 'other', rotateAfterDays: 30 })) as SecretInfo;
  expect(changed).toMatchObject({
    note: 'other',
    rotateAfterDays: 30,
    uses: first.uses,
    fingerprint: second.fingerprint,
  });
  expect(await listed(daemon)).toEqual({ vault: { state: 'open', key: 'file', text: '' }, secrets: [changed] });
  expect((await it.status()).vault).toEqual({ state: 'open', key: 'file', text: '', secrets: 1, due: 0 });
  await ask('GET', '/v1/secrets');
  await ask('GET', '/v1/ledger?limit=1000');
  await ask('POST', '/v1/vault/backup', { passphrase: 'a long passphrase' });
  expect(ofKind(await it.records(), 'secret').map(({ change, fingerprint, by }) => [change, fingerprint, by])).toEqual([
    ['added', first.fingerprint, 'person:mia'],
    ['rotated', second.fingerprint, 'person:mia'],
    ['changed', second.fingerprint, 'person:mia'],
  ]);
  await ask('DELETE', '/v1/secrets/MAIL');
  expect(await names(daemon)).toEqual([]);
  expect(answers.length).toBe(7);
  for (const value of [OLD, NEW]) expect(formsIn(value, Buffer.from(answers.join('\n')))).toEqual([]);
});

verifies(['X1', 'X2'], 'what is added is redacted at once, and its value before a rotation still is', async () => {
  await using it = await world({ preset: 'full-auto' });
  const agent = await it.connect();
  const told = async (value: string): Promise<string> => {
    await agent.check('claude-code/TodoWrite', { todos: [{ content: `it is ${value}`, status: 'pending' }] });
    return JSON.stringify((await it.records('kind:attempt')).at(-1));
  };
  expect(await told(OLD), 'nobody has named it yet').toContain(OLD);
  await add(it.daemon, 'MAIL', OLD);
  expect(await told(OLD)).toContain('[REDACTED:MAIL]');
  await good(it.daemon.request('POST', '/v1/secrets/MAIL/rotate', { body: { value: NEW } }));
  for (const value of [OLD, NEW]) {
    const record = await told(value);
    expect(record).not.toContain(value);
    expect(record).toContain('[REDACTED:MAIL]');
  }
});

verifies(['X1'], 'a restart keeps every secret, and redacts it from the first moment', async () => {
  await using first = await world({ preset: 'full-auto' });
  const made = await add(first.daemon, 'MAIL', OLD);
  await good(first.daemon.request('POST', '/v1/secrets/MAIL/rotate', { body: { value: NEW } }));
  const before = await listed(first.daemon);
  await first.daemon.stop();
  await using again = worldOf(await startDaemon({ home: first.daemon.home }));
  expect(await listed(again.daemon)).toEqual(before);
  expect(before.secrets[0]?.createdAt).toBe(made.createdAt);
  const agent = await again.connect();
  await agent.check('claude-code/TodoWrite', { todos: [{ content: `${OLD} ${NEW}`, status: 'pending' }] });
  const records = JSON.stringify(await again.records());
  expect(records).toContain('[REDACTED:MAIL] [REDACTED:MAIL]');
  expect(ofKind(await again.records(), 'vault').map(({ change }) => change)).toEqual(['made', 'opened']);
});

verifies(['X1'], 'a full disk image of CASTELLAN_HOME without the key shows no secret', async () => {
  await using it = await world({ preset: 'full-auto' });
  const values = [OLD, NEW, 'p4$$ "quoted" & <odd>\n\u00e9\u0000 value', 'shortpw'];
  for (const [n, value] of values.entries()) await add(it.daemon, `SECRET_${n}`, value, { note: `the ${n}th` });
  await good(it.daemon.request('POST', '/v1/secrets/SECRET_0/rotate', { body: { value: 'yet-another-value' } }));
  await good(it.daemon.request('DELETE', '/v1/secrets/SECRET_1'));
  const agent = await it.connect();
  for (const value of [values[0], values[2]])
    await agent.check('claude-code/TodoWrite', { todos: [{ content: `it is ${value}`, status: 'pending' }] });
  await good(it.daemon.request('GET', '/v1/status'));
  const search = (when: string): number => {
    let files = 0;
    for (const path of readdirSync(it.daemon.home, { recursive: true, encoding: 'utf8' })) {
      const file = join(it.daemon.home, path);
      if (!lstatSync(file).isFile()) continue;
      files += 1;
      const bytes = readFileSync(file);
      for (const value of [...values, 'yet-another-value'])
        expect(formsIn(value, bytes), `${when}: ${path}`).toEqual([]);
    }
    return files;
  };
  expect(search('while it runs')).toBeGreaterThan(8);
  await it.daemon.stop();
  expect(search('when it has stopped')).toBeGreaterThan(6);
  expect(readdirSync(join(it.daemon.home, 'vault')).toSorted()).toEqual(['vault.previous', 'vault.sealed']);
  for (const name of ['vault.previous', 'vault.sealed'])
    expect(statSync(join(it.daemon.home, 'vault', name)).mode & 0o777).toBe(0o600);
  expect(statSync(join(it.daemon.home, 'vault')).mode & 0o777).toBe(0o700);
  // The key is the one thing that is missing from it.
  const keys = join(it.daemon.home, '..', '.local', 'share', 'castellan');
  const [key = ''] = readdirSync(keys);
  expect(key).toMatch(/^[0-9a-f]{16}-[0-9a-f]{16}\.key$/);
  expect(statSync(join(keys, key)).mode & 0o777).toBe(0o600);
  expect(statSync(keys).mode & 0o777).toBe(0o700);
});

verifies(['X1'], 'times: what is due is told, what has ended is recorded once', async () => {
  await using it = await world();
  const { daemon } = it;
  await add(daemon, 'SOON', 'value-that-ends-soon', { expiresAt: Date.now() + 86_400_000 });
  await add(daemon, 'OVER', 'value-that-has-ended', { expiresAt: Date.now() - 1000 });
  await add(daemon, 'KEPT', 'value-without-an-end');
  const due = (await listed(daemon)).secrets.map((secret) => [secret.name, secret.due]);
  expect(due).toEqual([
    ['KEPT', 'no'],
    ['OVER', 'expired'],
    ['SOON', 'soon'],
  ]);
  const { alarms, vault } = await it.status();
  expect(vault).toMatchObject({ secrets: 3, due: 1 });
  expect(alarms).toMatchObject([{ kind: 'secret-due', text: '`OVER` has expired' }]);
  const ended = async () => ofKind(await it.records(), 'secret').filter(({ change }) => change === 'expired');
  expect(await ended()).toMatchObject([{ secret: 'OVER', by: 'castellan' }]);
  await daemon.stop();
  await using again = worldOf(await startDaemon({ home: daemon.home }));
  expect((await again.status()).alarms).toMatchObject([{ kind: 'secret-due' }]);
  expect(ofKind(await again.records(), 'secret').filter(({ change }) => change === 'expired').length).toBe(1);
  await good(again.daemon.request('PATCH', '/v1/secrets/OVER', { body: { expiresAt: null } }));
  expect((await again.status()).alarms).toEqual([]);
});

const ROUTES: readonly (readonly [string, string])[] = [
  ['GET', '/v1/secrets'],
  ['POST', '/v1/secrets'],
  ['PATCH', '/v1/secrets/MAIL'],
  ['DELETE', '/v1/secrets/MAIL'],
  ['POST', '/v1/secrets/MAIL/rotate'],
  ['POST', '/v1/vault/unlock'],
  ['POST', '/v1/vault/key'],
  ['POST', '/v1/vault/backup'],
  ['POST', '/v1/vault/restore'],
  ['POST', '/v1/vault/recover'],
];

verifies(['X1', 'A5'], 'no agent reaches the vault by any route', async () => {
  await using it = await world();
  await add(it.daemon, 'MAIL', OLD);
  const agent = await it.connect();
  for (const [method, path] of ROUTES) {
    const body = method === 'GET' ? undefined : { name: 'X', value: 'x'.repeat(20), passphrase: 'y'.repeat(20) };
    const asAgent = await it.daemon.request(method, path, { token: agent.credential, body });
    expect([asAgent.status, (asAgent.json() as { error: string }).error], path).toEqual([403, 'not_permitted']);
    const asNobody = await it.daemon.request(method, path, { token: null, body });
    expect(asNobody.status, path).toBe(401);
  }
  expect(await names(it.daemon)).toEqual(['MAIL']);
});

/** Never quoted back, wherever it stands. */
const BAD = 'never-tell-this-value';
const long = (bytes: number): string => 'x'.repeat(bytes);
const ONE = { name: 'ONE', value: BAD };
const BAD_INPUT: readonly (readonly [string, string, string, unknown, number, string?])[] = [
  ['no name', 'POST', '/v1/secrets', { value: BAD }, 400, 'name'],
  ['no value', 'POST', '/v1/secrets', { name: 'ONE' }, 400, 'value'],
  ...['', ' ', '1A', 'a b', 'a]', 'a}', '../a', 'a\u0000', '\u00e9', 'a'.repeat(65), '__proto__]', 'a/b'].map(
    (name) => [`the name ${JSON.stringify(name)}`, 'POST', '/v1/secrets', { ...ONE, name }, 400, 'name'] as const,
  ),
  ['a value too short to be redacted', 'POST', '/v1/secrets', { ...ONE, value: 'ab' }, 400, 'value'],
  ['an empty value', 'POST', '/v1/secrets', { ...ONE, value: '' }, 400, 'value'],
  ['a value of blanks', 'POST', '/v1/secrets', { ...ONE, value: '            ' }, 400, 'value'],
  ['a value that is too long', 'POST', '/v1/secrets', { ...ONE, value: long(65_537) }, 400, 'value'],
  ['a value too long in bytes', 'POST', '/v1/secrets', { ...ONE, value: '\u20ac'.repeat(22_000) }, 400, 'value'],
  ['half a surrogate pair', 'POST', '/v1/secrets', { ...ONE, value: `${BAD}\ud800` }, 400, 'value'],
  ['a value that is a number', 'POST', '/v1/secrets', { ...ONE, value: 12_345_678 }, 400, 'value'],
  ['a use of no kind', 'POST', '/v1/secrets', { ...ONE, uses: [{ kind: 'user', name: 'a' }] }, 400, 'uses[0].kind'],
  ...['EXAMPLE.org', 'https://a', 'a/b', '*', '*.org', 'a:0', 'a:', 'a..b', '*.*.a.b', '.a.b', 'a:123456'].map(
    (name) =>
      [
        `the host ${name}`,
        'POST',
        '/v1/secrets',
        { ...ONE, uses: [{ kind: 'host', name }] },
        400,
        'uses[0].name',
      ] as const,
  ),
  ['an end that is no time', 'POST', '/v1/secrets', { ...ONE, expiresAt: 'tomorrow' }, 400, 'expiresAt'],
  ['rotation after no days', 'POST', '/v1/secrets', { ...ONE, rotateAfterDays: 0 }, 400, 'rotateAfterDays'],
  ['a field nobody knows', 'POST', '/v1/secrets', { ...ONE, valeu: 'x' }, 400, 'valeu'],
  ['no JSON', 'POST', '/v1/secrets', `{"name":"ONE","value":"${BAD}"`, 400],
  ['a name that is there', 'POST', '/v1/secrets', { name: 'MAIL', value: BAD }, 409],
  ['a canary with a value in use', 'POST', '/v1/secrets', { name: 'TRAP', value: OLD, canary: true }, 409],
  ['a change of nothing that is there', 'PATCH', '/v1/secrets/NONE', { note: 'x' }, 404],
  ['a change with a value', 'PATCH', '/v1/secrets/MAIL', { value: BAD }, 400, 'value'],
  ['a name that is none in the path', 'PATCH', `/v1/secrets/${BAD}%20x`, { note: 'x' }, 404],
  ['a value for nothing that is there', 'POST', '/v1/secrets/NONE/rotate', { value: BAD }, 404],
  ['the same value again', 'POST', '/v1/secrets/MAIL/rotate', { value: OLD }, 400, 'value'],
  ['a short value', 'POST', '/v1/secrets/MAIL/rotate', { value: 'ab' }, 400, 'value'],
  ['the removal of nothing', 'DELETE', '/v1/secrets/NONE', undefined, 404],
  ['a passphrase that is a number', 'POST', '/v1/vault/unlock', { passphrase: 7 }, 400, 'passphrase'],
  ['a passphrase without end', 'POST', '/v1/vault/unlock', { passphrase: long(1025) }, 400, 'passphrase'],
  ['a key of no kind', 'POST', '/v1/vault/key', { to: 'paper' }, 400, 'to'],
  ['a short passphrase', 'POST', '/v1/vault/key', { to: 'passphrase', passphrase: 'short' }, 400, 'passphrase'],
  ['a keychain that is not there', 'POST', '/v1/vault/key', { to: 'keychain' }, 409],
  ['a short passphrase for a backup', 'POST', '/v1/vault/backup', { passphrase: 'short' }, 400, 'passphrase'],
  ['a backup that is none', 'POST', '/v1/vault/restore', { backup: BAD, passphrase: 'x' }, 400, 'backup'],
  ['an empty backup', 'POST', '/v1/vault/restore', { backup: '', passphrase: 'x' }, 400, 'backup'],
  ['a backup that is too large', 'POST', '/v1/vault/restore', { backup: long(12_700_000), passphrase: 'x' }, 413],
  ['recovery of a whole vault', 'POST', '/v1/vault/recover', { from: 'previous' }, 409],
  ['recovery from nowhere', 'POST', '/v1/vault/recover', { from: 'cloud' }, 400, 'from'],
];

verifies(['X1'], 'bad input is refused, the field is named, and nothing of it is quoted or kept', async () => {
  await using it = await world();
  await add(it.daemon, 'MAIL', OLD);
  for (const [what, method, path, body, status, field] of BAD_INPUT) {
    const answer = await it.daemon.request(method, path, body === undefined ? {} : { body });
    expect(answer.status, `${what}: ${answer.text}`).toBe(status);
    const { message, hint, faults } = answer.json() as {
      message: string;
      hint?: string;
      faults?: readonly { path: string }[];
    };
    expect(message.split('\n').length, what).toBe(1);
    if (field !== undefined) expect(faults?.[0]?.path, `${what}: ${answer.text}`).toBe(field);
    else expect(hint ?? faults?.length ?? message, what).toBeTruthy();
    expect(answer.text, what).not.toContain(BAD);
    expect(answer.text, what).not.toContain(OLD);
  }
  expect(await names(it.daemon)).toEqual(['MAIL']);
  expect(JSON.stringify(await it.records())).not.toContain(BAD);
});

verifies(['X1'], 'many changes at once are made one after the other, and none is lost', async () => {
  await using it = await world();
  const wanted = Array.from({ length: 30 }, (_, n) => `SECRET_${String(n).padStart(2, '0')}`);
  const twice = await Promise.all(
    [...wanted, ...wanted].map((name, n) =>
      it.daemon.request('POST', '/v1/secrets', { body: { name, value: `value-number-${n}` } }),
    ),
  );
  expect(twice.filter(({ status }) => status === 200).length).toBe(30);
  expect(twice.filter(({ status }) => status === 409).length).toBe(30);
  expect(await names(it.daemon)).toEqual(wanted);
  await it.daemon.kill();
  await using again = worldOf(await startDaemon({ home: it.daemon.home }));
  expect(await names(again.daemon)).toEqual(wanted);
});

verifies(['X1'], 'a backup opens on another machine with its passphrase alone, and merges as it is told', async () => {
  await using here = await world();
  await add(here.daemon, 'MAIL', OLD, { note: 'mine', uses: [{ kind: 'agent', name: 'a' }] });
  await add(here.daemon, 'BOTH', 'the-value-from-here');
  const passphrase = 'a passphrase for the backup';
  const { backup, secrets } = (await good(
    here.daemon.request('POST', '/v1/vault/backup', { body: { passphrase } }),
  )) as { backup: string; secrets: number };
  expect(secrets).toBe(2);
  expect(formsIn(OLD, Buffer.from(backup))).toEqual([]);

  await using there = await world();
  await add(there.daemon, 'BOTH', 'the-value-from-there');
  const restore = (body: unknown) => there.daemon.request('POST', '/v1/vault/restore', { body });
  expect((await restore({ backup, passphrase: 'another passphrase' })).status).toBe(400);
  for (const bad of [backup.slice(0, -9), backup.replace('/backup/', '/vault/'), `${backup}x`, ` ${backup}`])
    expect((await restore({ backup: bad, passphrase })).status).toBe(400);
  expect(await names(there.daemon)).toEqual(['BOTH']);
  expect(await good(restore({ backup, passphrase }))).toEqual({ restored: ['MAIL'], kept: ['BOTH'] });
  const kept = (await listed(there.daemon)).secrets;
  expect(kept.map(({ name, note }) => [name, note])).toEqual([
    ['BOTH', ''],
    ['MAIL', 'mine'],
  ]);
  expect(await good(restore({ backup, passphrase, existing: 'replace' }))).toEqual({
    restored: ['MAIL', 'BOTH'],
    kept: [],
  });
  const after = (await listed(there.daemon)).secrets;
  expect(after[0]?.fingerprint).not.toBe(kept[0]?.fingerprint);
  const agent = await there.connect();
  await agent.check('claude-code/TodoWrite', { todos: [{ content: 'the-value-from-there', status: 'pending' }] });
  expect(JSON.stringify(await there.records('kind:attempt'))).toContain('[REDACTED:BOTH]');
});

verifies(['X1'], 'SIGKILL in the middle of changes loses nothing that was acknowledged', async () => {
  const home = join(tempFolder(), 'state');
  const acknowledged: string[] = [];
  const tried: string[] = [];
  for (let round = 0; round < 4; round += 1) {
    const daemon = await startDaemon({ home });
    expect((await names(daemon)).filter((name) => !tried.includes(name))).toEqual([]);
    expect(acknowledged.filter((name) => !tried.includes(name))).toEqual([]);
    const present = await names(daemon);
    expect(
      acknowledged.filter((name) => !present.includes(name)),
      'lost',
    ).toEqual([]);
    let stop = false;
    const adding = (async () => {
      for (let n = 0; !stop; n += 1) {
        const name = `R${round}_${n}`;
        tried.push(name);
        const answer = await daemon
          .request('POST', '/v1/secrets', { body: { name, value: `value ${name} padded` } })
          .catch(() => null);
        if (answer?.status === 200) acknowledged.push(name);
        if (answer === null) return;
      }
    })();
    await until('some were added', () =>
      acknowledged.some((name) => name.startsWith(`R${round}_3`)) ? true : undefined,
    );
    await new Promise((resolve) => setTimeout(resolve, round * 7));
    await daemon.kill();
    stop = true;
    await adding;
  }
  await using daemon = await startDaemon({ home });
  const { vault, secrets } = await listed(daemon);
  expect(vault.state).toBe('open');
  const present = secrets.map(({ name }) => name);
  expect(acknowledged.filter((name) => !present.includes(name))).toEqual([]);
  expect(acknowledged.length).toBeGreaterThan(12);
});

verifies(['X1', 'A1'], 'folders and files that others could read are closed again at each start', async () => {
  const first = await startDaemon();
  await add(first, 'MAIL', OLD);
  await first.stop();
  const folder = join(first.home, 'vault');
  chmodSync(folder, 0o755);
  chmodSync(join(folder, 'vault.sealed'), 0o644);
  chmodSync(first.home, 0o777);
  const half = join(folder, '.vault.sealed.1234.5.tmp');
  writeFileSync(half, 'half written by one that died');
  await using again = await startDaemon({ home: first.home });
  expect(await names(again)).toEqual(['MAIL']);
  expect(statSync(first.home).mode & 0o777).toBe(0o700);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, 'vault.sealed')).mode & 0o777).toBe(0o600);
  expect(existsSync(half)).toBe(false);
});
