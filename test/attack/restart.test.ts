// The attacker: somebody who kept something from an earlier run: a token, a credential that was taken back, a file mode
// that was once too wide. A restart ends what must end and keeps what must stay.
import { chmodSync, existsSync, lstatSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDaemon, tempFolder, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { agentOver, MAIL, SEND, sleep, world, worldOf } from '../e2e/support/world.ts';

const LETTER = { to: 'a@b.c', subject: 'x', body: 'y' };

/** Every file and folder below a folder with its mode: `0600 daemon/state.json`. */
const modesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    // A link has no mode of its own; the ledger's lock is one.
    .filter((name) => !lstatSync(join(folder, name)).isSymbolicLink())
    .map((name) => `${(statSync(join(folder, name)).mode & 0o7777).toString(8).padStart(4, '0')} ${name}`);
const folderMode = (folder: string): string => (statSync(folder).mode & 0o7777).toString(8);

verifies(['A1', 'A3'], 'each start makes a new 256-bit token; the ones before are dead at once', async () => {
  const home = join(tempFolder(), 'state');
  const tokens: string[] = [];
  for (const end of ['stop', 'kill', 'stop'] as const) {
    const daemon = await startDaemon({ home });
    const { token } = daemon.state;
    expect(token).toMatch(/^castellan_d_[0-9a-f]{64}$/);
    expect(tokens).not.toContain(token);
    for (const over of ['tcp', 'socket'] as const) {
      expect((await daemon.request('GET', '/v1/status', { over })).status).toBe(200);
      for (const old of tokens)
        expect((await daemon.request('GET', '/v1/status', { over, token: old })).status, 'an earlier token').toBe(401);
    }
    tokens.push(token);
    await daemon[end]();
    // A clean end takes the file along; after a crash the token in it opens nothing, because nobody knows it any more.
    expect(existsSync(join(home, 'daemon', 'state.json'))).toBe(end === 'kill');
  }
  const bits = tokens.map((token) => token.slice('castellan_d_'.length));
  expect(new Set(bits.map((hex) => hex.slice(0, 8))).size, 'no part of it is fixed').toBe(3);
  expect(new Set(bits.map((hex) => hex.slice(-8))).size).toBe(3);
});

verifies(['A2'], 'a token that is almost right is refused like one that is all wrong', async () => {
  await using it = await world();
  const agent = await it.connect();
  const variants = (secret: string): readonly string[] => {
    const flip = (at: number): string =>
      `${secret.slice(0, at)}${secret.at(at) === '0' ? '1' : '0'}${secret.slice(at + 1)}`;
    const hex = secret.lastIndexOf('_') + 1;
    return [
      flip(hex),
      flip(hex + 31),
      flip(secret.length - 1),
      secret.slice(0, -1),
      `${secret}0`,
      secret.toUpperCase(),
    ];
  };
  const bodies = new Set<string>();
  for (const secret of [it.daemon.state.token, agent.credential]) {
    for (const token of [...variants(secret), 'x'.repeat(76), `castellan_a_nobody00_${'0'.repeat(64)}`]) {
      const response = await it.daemon.request('POST', '/v1/hooks/claude-code', { token, body: {} });
      expect(response.status, token).toBe(401);
      bodies.add(response.text);
    }
  }
  expect([...bodies], 'and nothing tells them apart').toHaveLength(1);
});

verifies(['A1'], 'everything in the state folder is its owner’s alone, also where it was not before', async () => {
  const home = join(tempFolder(), 'state');
  const loose = ['sh', '-c', 'umask 000; exec "$@"', 'sh'];
  const check = (): void => {
    expect(folderMode(home)).toBe('700');
    const modes = modesBelow(home);
    expect(modes.length).toBeGreaterThan(10);
    for (const line of modes) {
      const folder = statSync(join(home, line.slice(5))).isDirectory();
      expect(line.slice(0, 4), line).toBe(folder ? '0700' : '0600');
    }
  };
  const daemon = await startDaemon({ home, wrapper: loose });
  const it = worldOf(daemon);
  await (await it.connect()).check('claude-code/TodoWrite', { todos: [] });
  await sleep(300);
  check();
  await daemon.kill();
  // Somebody opened them up in the meantime.
  for (const name of ['', 'daemon', 'ledger', 'rules', 'modules']) chmodSync(join(home, name), 0o777);
  for (const name of ['castellan.db', 'daemon/state.json', 'daemon/lock.db']) chmodSync(join(home, name), 0o666);
  const again = await startDaemon({ home, wrapper: loose });
  check();
  await again.stop();
});

verifies(['A1'], 'state.json is replaced whole: no reader ever sees a half of it', async () => {
  const home = join(tempFolder(), 'state');
  await (await startDaemon({ home })).kill();
  const path = join(home, 'daemon', 'state.json');
  const before = statSync(path).ino;
  writeFileSync(path, '{"version":"0.1.0","pid":1,"tok');
  const daemon = await startDaemon({ home });
  expect(statSync(path).ino, 'another file took its place').not.toBe(before);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(daemon.state);
  expect(readdirSync(join(home, 'daemon')).filter((name) => name.includes('tmp'))).toEqual([]);
  await daemon.stop();
});

verifies(
  ['A3', 'A5'],
  "an agent's credential survives a restart, and once revoked it is dead at once and for ever",
  async () => {
    const home = join(tempFolder(), 'state');
    const first = await startDaemon({ home, config: { approvals: { timeoutSeconds: 20 } } });
    const kept = await worldOf(first).connect('kept');
    const revoked = await worldOf(first).connect('revoked');
    await first.kill();

    const second = await startDaemon({ home });
    const it = worldOf(second);
    const again = agentOver(second, revoked.id, revoked.credential);
    expect((await agentOver(second, kept.id, kept.credential).pre('TodoWrite', { todos: [] })).verdict).toBe('allow');
    expect((await again.pre('TodoWrite', { todos: [] })).verdict).toBe('allow');
    // Also for a call that waits while it is revoked, and for those on their way in.
    const waiting = again.pre(SEND, LETTER, { server: MAIL });
    const [approval] = await it.waiting();
    const flood = Array.from({ length: 40 }, (_, n) =>
      again.pre(SEND, { ...LETTER, to: `${n}@b.c` }, { server: MAIL }),
    );
    const gone = await second.request('DELETE', `/v1/agents/${revoked.id}`);
    expect(gone.status).toBe(200);
    expect((await again.pre('TodoWrite', { todos: [] })).status).toBe(401);
    const started = Date.now();
    const answer = await waiting;
    expect(answer.verdict).toBe('deny');
    expect(answer.reason).toContain('CANCELLED');
    for (const each of await Promise.all(flood)) expect(['deny', 'none']).toContain(each.verdict);
    expect(Date.now() - started, 'nobody waits out a timeout').toBeLessThan(10_000);
    expect((await it.status()).waiting).toBe(0);
    if (approval !== undefined) expect((await it.approve(approval)).status).toBe(409);
    expect((await it.status()).agents.map(({ name }) => name)).toEqual(['kept']);
    await second.stop();

    const third = await startDaemon({ home });
    expect((await agentOver(third, revoked.id, revoked.credential).pre('TodoWrite', { todos: [] })).status).toBe(401);
    expect((await agentOver(third, kept.id, kept.credential).pre('TodoWrite', { todos: [] })).verdict).toBe('allow');
    expect((await worldOf(third).verify()).kind).toBe('verified');
    await third.stop();
  },
);

verifies(['A3'], 'a credential nobody presented since the restart is redacted all the same', async () => {
  const home = join(tempFolder(), 'state');
  const first = await startDaemon({ home });
  const agent = await worldOf(first).connect('old');
  const other = await worldOf(first).connect('other');
  await first.stop();
  const second = await startDaemon({ home });
  const spelt = [agent.credential, `x${agent.credential}y`, encodeURIComponent(agent.credential)];
  await agentOver(second, other.id, other.credential).check('claude-code/TodoWrite', { todos: spelt });
  await second.stop();
  const secret = agent.credential.slice(-64);
  for (const name of readdirSync(home, { recursive: true, encoding: 'utf8' })) {
    const path = join(home, name);
    if (statSync(path).isFile()) expect(readFileSync(path).includes(secret), name).toBe(false);
  }
});
