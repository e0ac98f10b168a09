// Collectors, while everything goes wrong: the real rsyslogd over TLS is killed, the daemon is restarted, an OTLP collector fails,
// waits, and refuses one record. Nothing is lost without a word, and the gate notices none of it.
import { join } from 'node:path';
import type { ForwardView } from '@castellan/contract';
import { certificate, freePort, startDaemon, tempFolder, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { collector } from './support/evidence/collector.ts';
import { otlpFaults } from './support/evidence/otlp-schema.ts';
import { hasRsyslog, rsyslog } from './support/evidence/rsyslog.ts';
import { ofKind, UNHURRIED, type World, worldOf } from './support/world.ts';

const POISON = 'POISON-for-this-collector';

const forwards = async (it: World): Promise<readonly ForwardView[]> =>
  ((await it.daemon.request('GET', '/v1/forwards')).json() as { forwards: readonly ForwardView[] }).forwards;
const viewOf = async (it: World): Promise<ForwardView> => {
  const [view] = await forwards(it);
  if (view === undefined) throw new Error('no forward');
  return view;
};
const rings = async (it: World): Promise<boolean> =>
  (await it.status()).alarms.some(({ kind, endedAt }) => kind === 'forward-failed' && endedAt === null);

const start = async (home: string, forward: readonly unknown[]): Promise<World> =>
  worldOf(await startDaemon({ home, config: { approvals: { timeoutSeconds: 20 }, limits: UNHURRIED, forward } }));

const upTo = (from: number, to: number): readonly number[] => Array.from({ length: to - from }, (_, n) => from + n);

if (!hasRsyslog) process.stderr.write('SKIPPED: no rsyslogd with its GnuTLS driver (Debian: rsyslog rsyslog-gnutls)\n');

verifies(
  ['L6'],
  'rsyslogd understands every record over TLS, and has each of them after it was killed and the daemon restarted',
  async () => {
    const pem = certificate({ name: 'localhost' });
    const port = await freePort();
    const home = join(tempFolder(), 'state');
    const forward = [{ name: 'siem', to: `syslog+tls://localhost:${port}`, ca: pem.certificate, from: 'start' }];
    await using receiver = rsyslog(pem, port);
    receiver.start();
    const arrived = (): readonly number[] =>
      [...new Set(receiver.understood().map(({ data }) => Number(/index="(\d+)"/.exec(data)?.[1])))].toSorted(
        (a, b) => a - b,
      );
    {
      await using it = await start(home, forward);
      const agent = await it.connect('claude');
      await agent.pre('Read', { file_path: '/tmp/"quoted\\ ]\n<13>1 forged.txt' });
      await expect.poll(async () => (await viewOf(it)).state).toBe('current');
      const { sentUntil } = await viewOf(it);
      await expect.poll(arrived).toEqual(expect.arrayContaining([...upTo(0, sentUntil)]));
      const attempt = receiver.understood().find(({ id }) => id === 'attempt');
      expect(attempt).toMatchObject({ app: 'castellan', data: expect.stringContaining('verdict="allow"') });
      expect(JSON.parse(attempt?.text.replace('\ufeff', '') ?? '')).toMatchObject({ kind: 'attempt', tool: 'Read' });

      await receiver.kill();
      for (let n = 0; n < 5; n += 1) await agent.pre('Read', { file_path: `/tmp/while-it-was-away-${n}` });
      await expect.poll(() => rings(it)).toBe(true);
      expect(await viewOf(it)).toMatchObject({
        state: 'failing',
        fault: { text: expect.stringContaining('localhost') },
      });
    }
    receiver.start();
    await using again = await start(home, forward);
    await expect.poll(async () => (await viewOf(again)).state).toBe('current');
    const { sentUntil } = await viewOf(again);
    await expect.poll(arrived).toEqual(expect.arrayContaining([...upTo(0, sentUntil)]));
    expect(await rings(again)).toBe(false);
    // A certificate of somebody else's is no collector.
    const other = certificate({ name: 'localhost' });
    await again.daemon.stop();
    await using third = await start(home, [{ ...forward[0], ca: other.certificate }]);
    const tested = await third.daemon.request('POST', '/v1/forwards/siem/test');
    expect(tested.json()).toMatchObject({ taken: false, text: expect.stringContaining('cannot be trusted') });
  },
  { skip: !hasRsyslog },
);

verifies(['L6'], 'an OTLP collector that fails, waits or refuses one record loses none without a word', async () => {
  const pem = certificate({ name: 'localhost' });
  await using otlp = await collector(pem, POISON);
  const home = join(tempFolder(), 'state');
  const host = `localhost:${otlp.port}`;
  otlp.answer('failing');
  const forward = [
    { name: 'otel', to: `https://${host}`, ca: pem.certificate, from: 'start', credential: 'secret:OTEL' },
  ];
  await using it = await start(home, forward);
  const added = await it.daemon.request('POST', '/v1/secrets', {
    body: { name: 'OTEL', value: 'token-of-the-collector-9f3', uses: [{ kind: 'host', name: host }] },
  });
  expect(added.status, added.text).toBe(200);
  const agent = await it.connect('claude');
  await agent.pre('Read', { file_path: '/tmp/before' });
  await expect.poll(() => rings(it)).toBe(true);
  otlp.answer('taking');
  await expect.poll(async () => (await viewOf(it)).state).toBe('current');
  expect(await rings(it)).toBe(false);

  // While it holds a message back, the gate goes on.
  otlp.answer('waiting');
  await agent.pre('Read', { file_path: '/tmp/held' });
  await expect.poll(() => otlp.waiting()).toBeGreaterThan(0);
  expect((await agent.pre('Read', { file_path: '/tmp/meanwhile' })).verdict).toBe('allow');
  expect(otlp.waiting()).toBeGreaterThan(0);
  otlp.answer('taking');

  await agent.pre('Read', { file_path: `/tmp/${POISON}` });
  await agent.pre('Read', { file_path: '/tmp/after' });
  await expect.poll(async () => (await viewOf(it)).setAside).toBeGreaterThan(0);
  await expect.poll(async () => (await viewOf(it)).state).toBe('current');
  const { latestAside, sentUntil } = await viewOf(it);
  const aside = ofKind(await it.records(), 'export').filter(({ change }) => change === 'set-aside');
  expect(aside.map(({ index }) => index)).toEqual(latestAside);
  expect(await rings(it)).toBe(true);
  const tested = await it.daemon.request('POST', '/v1/forwards/otel/test');
  expect(tested.json()).toMatchObject({ taken: true });
  expect(await rings(it)).toBe(false);

  const indexes = new Set<number>();
  for (const message of otlp.taken) {
    expect(otlpFaults('ExportLogsServiceRequest', message)).toEqual([]);
    for (const [, index] of JSON.stringify(message).matchAll(/"castellan\.index","value":\{"intValue":"(\d+)"/g))
      indexes.add(Number(index));
  }
  expect(upTo(0, sentUntil).filter((index) => !indexes.has(index))).toEqual(latestAside);
  expect([...otlp.bearers]).toEqual(['/v1/logs Bearer token-of-the-collector-9f3']);
  expect(JSON.stringify(otlp.taken)).not.toContain('token-of-the-collector-9f3');
});
