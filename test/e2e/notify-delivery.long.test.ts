// When a channel does not work: tried again, given up, said aloud, and mended; and nothing else waits for it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { needs } from './support/machine.ts';
import { desktopBus } from './support/notify/desktop-bus.ts';
import { listening, type Reply } from './support/notify/listening.ts';
import { MAILBOX, mailCertificate, mailServer } from './support/notify/mail-server.ts';
import { ntfyServer } from './support/notify/ntfy-server.ts';
import { asks, delivered, keep, listOf } from './support/notify/stage.ts';
import { ofKind, until, type World, world } from './support/world.ts';

const TOKEN = 'tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2';

async function bells(config: object = {}, channel: object = {}) {
  const ntfy = await ntfyServer(TOKEN);
  const bell = { kind: 'ntfy', server: ntfy.url, topic: 'castellan_x7', token: 'NTFY', ...channel };
  const it = await world({ approvals: { timeoutSeconds: 60 }, notify: { channels: { bell } }, ...config });
  await keep(it, 'NTFY', TOKEN, ntfy.host);
  return {
    ntfy,
    it,
    agent: await it.connect('coder'),
    async [Symbol.asyncDispose]() {
      await it[Symbol.asyncDispose]();
      await ntfy[Symbol.asyncDispose]();
    },
  };
}

const alarmOf = async (it: World) =>
  (await it.status()).alarms.find(({ kind, endedAt }) => kind === 'channel-failed' && endedAt === null);
const test = async (it: World, name = 'bell') =>
  (await it.daemon.request('POST', `/v1/channels/${name}/test`)).json() as { state: string; text: string };
/** A reload of the file, as an editor would cause it. */
function reconfigure(it: World, change: (config: { notify: { channels: Record<string, unknown> } }) => void): void {
  const path = join(it.daemon.home, 'config.yaml');
  const config = JSON.parse(readFileSync(path, 'utf8')) as { notify: { channels: Record<string, unknown> } };
  change(config);
  writeFileSync(path, JSON.stringify(config));
}

verifies(
  ['H3'],
  'a server that fails, breaks off or asks for patience is tried again until it takes the message, once',
  async () => {
    await using at = await bells();
    const { ntfy, it, agent } = at;
    ntfy.failNext({ status: 503 }, 'break', { status: 429, headers: { 'retry-after': '2' } });
    const { answer, approval } = await asks(it, agent);
    const retrying = await delivered(it, 'bell', approval.id, 'retrying');
    expect(retrying.nextAt).toBeGreaterThanOrEqual(retrying.at);
    await until('the fourth try', () => (ntfy.published.length === 1 ? 1 : undefined));
    const [third, fourth] = ntfy.asked.slice(2).map(({ at }) => at);
    expect((fourth ?? 0) - (third ?? 0), 'it asked for two seconds of patience').toBeGreaterThanOrEqual(1990);
    expect(await delivered(it, 'bell', approval.id)).toMatchObject({ tries: 4, text: '', nextAt: null });
    expect(ntfy.published).toHaveLength(1);
    const notices = ofKind(await it.records('kind:notice'), 'notice');
    expect(notices.map(({ change, tries }) => `${change} ${tries}`)).toEqual([
      'failed 1',
      'failed 2',
      'failed 3',
      'sent 4',
    ]);
    expect(await alarmOf(it)).toBeUndefined();
    await it.deny(approval);
    await answer;
  },
  { timeout: 120_000 },
);

verifies(
  ['H3'],
  'what can never work is given up at once and said aloud by the other channels; the alarm ends when it works again',
  async () => {
    await using other = await ntfyServer(TOKEN);
    await using at = await bells();
    const { ntfy, it, agent } = at;
    await keep(it, 'OTHER', TOKEN, other.host);
    reconfigure(it, ({ notify }) => {
      notify.channels.second = { kind: 'ntfy', server: other.url, topic: 'second', token: 'OTHER' };
    });
    await until('the second channel', async () => ((await listOf(it)).channels.length === 2 ? 1 : undefined));
    ntfy.fail({ status: 403, body: { error: 'forbidden: the topic is reserved' } });
    const { answer, approval } = await asks(it, agent);
    expect(await delivered(it, 'bell', approval.id, 'given-up')).toMatchObject({
      tries: 1,
      text: expect.stringContaining('403'),
    });
    const alarm = await until('the alarm', () => alarmOf(it));
    expect(alarm.text).toContain('`bell`');
    await until('word by the other one', () =>
      other.published.some(({ title, message }) => title === 'Alarm: channel failed' && message.includes('bell'))
        ? 1
        : undefined,
    );
    expect(ntfy.asked.filter(({ body }) => body.includes('channel failed'))).toEqual([]);
    ntfy.fail(null);
    expect(await test(it)).toMatchObject({ state: 'sent' });
    await until('its end', async () => ((await alarmOf(it)) === undefined ? 1 : undefined));
    await it.deny(approval);
    await answer;
  },
  { timeout: 120_000 },
);

verifies(
  ['H3', 'H2'],
  'a channel that hangs keeps nobody: others are told, a call is decided, and what is answered is tried no more',
  async () => {
    await using other = await ntfyServer(TOKEN);
    await using at = await bells();
    const { ntfy, it, agent } = at;
    await keep(it, 'OTHER', TOKEN, other.host);
    reconfigure(it, ({ notify }) => {
      notify.channels.second = { kind: 'ntfy', server: other.url, topic: 'second', token: 'OTHER' };
    });
    await until('the second channel', async () => ((await listOf(it)).channels.length === 2 ? 1 : undefined));
    ntfy.fail('hang');
    const { answer, approval } = await asks(it, agent);
    await until('the other channel', () => (other.published.length === 1 ? 1 : undefined));
    await until('the one that hangs', () => (ntfy.asked.length === 1 ? 1 : undefined));
    await it.approve(approval);
    expect((await answer).verdict).toBe('allow');
    const { text } = await delivered(it, 'bell', approval.id, 'given-up');
    expect(text).toContain('did not answer in time');
    expect(ntfy.asked).toHaveLength(1);
  },
  { timeout: 120_000 },
);

verifies(
  ['H3', 'N4'],
  'a message goes to the configured host alone: no redirect, no host its secret is not for, no plain text abroad',
  async () => {
    await using elsewhere = await listening((): Reply => ({ status: 200 }));
    await using at = await bells();
    const { ntfy, it } = at;
    for (const status of [301, 302, 303, 307, 308]) {
      ntfy.failNext({ status, headers: { location: `${elsewhere.url}/steal` } });
      expect(await test(it)).toMatchObject({ state: 'given-up', text: expect.stringContaining('redirect') });
    }
    const refused: readonly (readonly [string, object, string])[] = [
      // A secret that is for another host.
      ['a', { kind: 'ntfy', server: elsewhere.url, topic: 't', token: 'NTFY' }, 'may not go to host'],
      // A webhook whose address does not lie where the configuration says.
      ['b', { kind: 'slack', server: elsewhere.url, webhook: 'HOOK' }, 'does not lie at'],
      ['c', { kind: 'ntfy', server: 'http://ntfy.example', topic: 't' }, 'without TLS'],
      ['d', { kind: 'ntfy', server: 'http://169.254.169.254', topic: 't' }, 'metadata'],
      ['e', { kind: 'telegram', server: elsewhere.url, chat: '1', token: 'BAD' }, 'no token of a bot'],
      ['f', { kind: 'webhook', url: elsewhere.url, secret: 'BAD' }, 'no key of Standard Webhooks'],
      ['g', { kind: 'discord', server: elsewhere.url, webhook: 'MISSING' }, 'no such secret'],
      [
        'h',
        { kind: 'email', host: 'mail.example.org', port: 25, security: 'none', from: 'a@b.c', to: ['d@e.f'] },
        'this machine alone',
      ],
    ];
    await keep(it, 'HOOK', 'https://evil.example/services/T/B/x', elsewhere.host);
    await keep(it, 'BAD', '../../other', elsewhere.host);
    reconfigure(it, ({ notify }) => Object.assign(notify.channels, Object.fromEntries(refused)));
    await until('the channels', async () => ((await listOf(it)).channels.length > refused.length ? 1 : undefined));
    for (const [name, , why] of refused)
      expect(await test(it, name), name).toMatchObject({ state: 'given-up', text: expect.stringContaining(why) });
    expect(elsewhere.asked).toEqual([]);
    const records = ofKind(await it.records('kind:secret'), 'secret').filter(({ change }) => change === 'refused');
    expect(records.map(({ secret, host }) => `${secret} ${host}`)).toContain(`NTFY ${elsewhere.host}`);
  },
  { timeout: 120_000 },
);

verifies(
  ['H3'],
  'a channel tells what it is to tell, from the moment the file says so; one that is taken out tells nothing more',
  async () => {
    await using at = await bells({}, { tells: ['alarm'] });
    const { ntfy, it, agent } = at;
    const first = await asks(it, agent);
    reconfigure(it, ({ notify }) => {
      Object.assign(notify.channels.bell as object, { tells: ['approval'] });
    });
    await until('the change', async () =>
      (await listOf(it)).channels[0]?.channel.tells.join() === 'approval' ? 1 : undefined,
    );
    expect(ntfy.published, 'only alarms so far').toEqual([]);
    const second = await asks(it, agent);
    await delivered(it, 'bell', second.approval.id);
    expect(ntfy.published).toHaveLength(1);
    reconfigure(it, ({ notify }) => {
      notify.channels = {};
    });
    await until('the end', async () => ((await listOf(it)).channels.length === 0 ? 1 : undefined));
    const third = await asks(it, agent);
    for (const { approval } of [first, second, third]) await it.deny(approval);
    await Promise.all([first.answer, second.answer, third.answer]);
    expect(ntfy.published).toHaveLength(1);
  },
  { timeout: 120_000 },
);

verifies(
  ['H4', 'H3'],
  'who waits is spoken of again, where reminders are told',
  async () => {
    await using quiet = await ntfyServer(TOKEN);
    await using at = await bells({ approvals: { wait: true, waitSeconds: 40, remindSeconds: 5 } });
    const { ntfy, it } = at;
    await keep(it, 'OTHER', TOKEN, quiet.host);
    reconfigure(it, ({ notify }) => {
      notify.channels.quiet = {
        kind: 'ntfy',
        server: quiet.url,
        topic: 'q',
        token: 'OTHER',
        tells: ['approval', 'alarm'],
      };
    });
    await until('the second channel', async () => ((await listOf(it)).channels.length === 2 ? 1 : undefined));
    const patient = await it.connect('patient', 600);
    const { answer, approval } = await asks(it, patient);
    await until('a reminder', () => (ntfy.published.length >= 2 ? 1 : undefined));
    expect(ntfy.published.map(({ title }) => title).slice(0, 2)).toEqual([
      'Approval needed',
      'Still waiting. Approval needed',
    ]);
    expect(quiet.published).toHaveLength(1);
    await it.deny(approval);
    await answer;
  },
  { timeout: 120_000 },
);

verifies(
  ['H3'],
  'mail goes by TLS from the first byte, or by STARTTLS that the server offers, or not at all',
  async () => {
    const tls = mailCertificate();
    const stranger = mailCertificate();
    await using secure = await mailServer('tls', tls);
    await using plain = await mailServer('plain', null);
    await using forged = await mailServer('tls', stranger);
    const letters = { from: 'castellan@example.org', to: ['mia@example.org'], tells: [] };
    const login = { user: MAILBOX.user, password: 'MAILBOX' };
    const channels = {
      good: { kind: 'email', host: 'localhost', port: secure.port, ...letters, ...login },
      wrong: { kind: 'email', host: 'localhost', port: secure.port, ...letters, user: 'other', password: 'MAILBOX' },
      stripped: { kind: 'email', host: 'localhost', port: plain.port, security: 'starttls', ...letters },
      forged: { kind: 'email', host: 'localhost', port: forged.port, ...letters },
      own: { kind: 'email', host: '127.0.0.1', port: plain.port, security: 'none', ...letters },
    };
    await using it = await world({ notify: { channels } }, { env: { NODE_EXTRA_CA_CERTS: tls.certificate } });
    await keep(it, 'MAILBOX', MAILBOX.password, `localhost:${secure.port}`);
    expect(await test(it, 'good')).toMatchObject({ state: 'sent' });
    expect(secure.letters).toMatchObject([{ secure: true, user: MAILBOX.user, from: 'castellan@example.org' }]);
    secure.refuse(1);
    expect(await test(it, 'good')).toMatchObject({ state: 'given-up', text: expect.stringContaining('451') });
    expect(await test(it, 'wrong')).toMatchObject({ text: expect.stringContaining('refused the user or password') });
    expect(await test(it, 'stripped')).toMatchObject({ text: expect.stringContaining('TLS') });
    expect(await test(it, 'forged')).toMatchObject({
      text: expect.stringContaining('its certificate cannot be trusted'),
    });
    expect(plain.letters).toEqual([]);
    expect(forged.letters).toEqual([]);
    expect(await test(it, 'own')).toMatchObject({ state: 'sent' });
  },
  { timeout: 120_000, ...needs('openssl') },
);

verifies(['H3'], 'a desktop that is not there is said, with what to do', async () => {
  const channels = { screen: { kind: 'desktop' } };
  await using none = await world({ notify: { channels } }, { env: { PATH: '/nonexistent' } });
  expect(await test(none, 'screen')).toMatchObject({
    state: 'given-up',
    text: expect.stringContaining('libnotify'),
  });
});

verifies(
  ['H3'],
  'the desktop shows it: the real program, a real bus, and a server that reads markup',
  async () => {
    await using bus = await desktopBus();
    const channels = { screen: { kind: 'desktop' } };
    const env = { DBUS_SESSION_BUS_ADDRESS: bus.address, PATH: process.env.PATH ?? '' };
    await using it = await world({ approvals: { timeoutSeconds: 60 }, notify: { channels } }, { env });
    expect(await test(it, 'screen')).toMatchObject({ state: 'sent' });
    const { answer, approval } = await asks(it, await it.connect('coder'), { id: '<b>&--x' });
    await delivered(it, 'screen', approval.id);
    expect(bus.notes).toMatchObject([
      { app: 'Castellan', title: 'Castellan: Castellan can reach you here', urgency: 1 },
      { app: 'Castellan', title: 'Castellan: Approval needed', urgency: 2 },
    ]);
    expect(bus.notes[1]?.body).toContain('&lt;b&gt;&amp;--x');
    expect(bus.notes[1]?.body).not.toContain('/answer#');
    await it.deny(approval);
    await answer;
  },
  { timeout: 120_000, ...needs('desktop bus') },
);
