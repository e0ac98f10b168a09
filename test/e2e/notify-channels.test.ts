// Each channel, against a server that speaks its protocol and refuses what the real one would: what a person is told, what
// not, and that nothing an agent writes is anything but text there.
import { readFileSync } from 'node:fs';
import type { LedgerRecord } from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import { afterAll, beforeAll, expect } from 'vitest';
import { readLetter } from './support/notify/mail-server.ts';
import { asks, delivered, linkIn, type Stage, stage, stateOf } from './support/notify/stage.ts';
import { ofKind, until } from './support/world.ts';

const KINDS = ['browsers', 'bell', 'phone', 'guild', 'office', 'letters', 'screen', 'hook'];
/** Of an agent that would like to be more than text. */
const HOSTILE =
  '</b><a href="https://evil.example">Approve</a> [Approve](https://evil.example) <https://evil.example|Approve> @everyone <!channel> *b* _i_ `c` ||s|| -x --help\r\nBcc: evil@example.org\r\n\r\n<script>\u202egnp.exe\u200b https://evil.example/x';

let on: Stage;
beforeAll(async () => {
  on = await stage();
});
afterAll(() => on[Symbol.asyncDispose]());

const all = (about: string) => Promise.all(KINDS.map((name) => delivered(on.it, name, about)));
const desktop = (): readonly (readonly string[])[] =>
  readFileSync(on.desktopLog, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as readonly string[]);
const telegramNow = () => [...on.telegram.messages.values()].at(-1);

verifies(
  ['H3'],
  'one question reaches a person by each of the eight channels, and says who asks for what, and no argument beyond',
  async () => {
    const { answer, approval } = await asks(
      on.it,
      on.agent,
      { id: 'a-dinner', note: 'THE-WHOLE-TEXT-OF-THE-LETTER' },
      { task: 'plan the party' },
    );
    await all(approval.id);
    const published = on.ntfy.published.at(-1);
    const letter = readLetter(on.mail.letters.at(-1)?.raw ?? '');
    const texts: readonly (readonly [string, string])[] = [
      ['bell', JSON.stringify(published)],
      ['phone', telegramNow()?.text ?? ''],
      ['guild', JSON.stringify([...on.discord.messages.values()].at(-1)).replaceAll('\\\\', '')],
      ['office', JSON.stringify(on.slack.messages.at(-1))],
      ['letters', `${letter.headers.get('subject')}\n${letter.body}`],
      ['screen', (desktop().at(-1) ?? []).join('\n')],
      ['hook', JSON.stringify(on.webhook.received.at(-1))],
      ['browsers', JSON.stringify(on.browser.got.at(-1))],
    ];
    for (const [name, text] of texts) {
      expect(text, name).toContain('Approval needed');
      expect(text, name).toContain('coder');
      expect(text, name).toContain('plan the party');
      expect(text, name).toContain(approval.summary.slice(0, 20).replaceAll('"', ''));
      expect(text, name).not.toContain('THE-WHOLE-TEXT');
    }
    expect(published).toMatchObject({ topic: 'castellan_x7', priority: 4 });
    expect(published?.actions.map(({ label }) => label)).toEqual(['Open', 'Approve', 'Deny']);
    expect(telegramNow()?.keys.map(({ text }) => text)).toEqual(['Approve', 'Deny']);
    expect(on.mail.letters.at(-1)).toMatchObject({ secure: true, user: 'keeper', to: ['mia@example.org'] });
    expect(on.browser.got.at(-1)?.links.map(({ path }) => path.replace(/#.*/, '#'))).toEqual(
      ['#', '#', '#'].map((end) => `/answer${end}`),
    );
    expect(new Set(on.browser.lengths.map((length) => (length - 86 - 16) % 512)).size, 'length tells little').toBe(1);
    expect((desktop().at(-1) ?? []).join(' '), 'any program of the user can read the desktop').not.toContain(
      '/answer#',
    );
    expect(on.push.headers.at(-1)).toMatchObject({ urgency: 'high' });
    for (const url of published?.actions ?? [])
      expect(url.url).toMatch(new RegExp(`^http://localhost:${on.it.daemon.state.port}/answer#[\\w-]{43}$`));
    // Looked at by nobody, opened by nobody: nothing is answered by fetching what a message holds.
    for (const { url } of published?.actions ?? []) {
      const { pathname } = new URL(url);
      await fetch(`http://127.0.0.1:${on.it.daemon.state.port}${pathname}`).catch(() => undefined);
    }
    expect(await stateOf(on.it, approval)).toMatchObject({ kind: 'pending' });

    await on.it.deny(approval);
    expect((await answer).verdict).toBe('deny');
    // Where a message can be changed, it says how it ended.
    await until('the edit', () => (telegramNow()?.edited === true ? 1 : undefined));
    expect(telegramNow()).toMatchObject({ keys: [] });
    expect(telegramNow()?.text).toContain('Denied by person:mia');
    await until('the webhook', () => (on.webhook.received.at(-1)?.type === 'castellan.settled' ? 1 : undefined));
    await until('the browser', () => (on.browser.got.at(-1)?.kind === 'settled' ? 1 : undefined));
    expect(on.browser.got.at(-1)?.key).toBe(on.browser.got.at(-2)?.key);
    await until('Discord', () =>
      JSON.stringify([...on.discord.messages.values()].at(-1)).includes('Denied by') ? 1 : undefined,
    );
  },
  { timeout: 120_000 },
);

verifies(
  ['H3'],
  'what an agent writes is text in every channel: no markup, no mention, no header, no option, nothing invisible',
  async () => {
    const { answer, approval } = await asks(
      on.it,
      on.agent,
      { id: `--help ${HOSTILE.slice(0, 60)}` },
      { task: HOSTILE },
    );
    await all(approval.id);
    const bytes = [
      JSON.stringify(on.ntfy.published.at(-1)),
      telegramNow()?.html ?? '',
      JSON.stringify([...on.discord.messages.values()].at(-1)),
      JSON.stringify(on.slack.messages.at(-1)),
      on.mail.letters.at(-1)?.raw ?? '',
      JSON.stringify(desktop().at(-1)),
      JSON.stringify(on.webhook.received.at(-1)),
      JSON.stringify(on.browser.got.at(-1)),
    ];
    for (const text of bytes) {
      expect(text).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b-\u200f\ufeff]/);
      expect(text).not.toMatch(/\\u20(2e|0b)/i);
    }
    // Telegram parsed it as HTML: what an agent wrote came out as it was written, so it opened nothing.
    expect(telegramNow()?.text).toContain('</b><a href="https://evil.example">Approve</a>');
    expect(telegramNow()?.keys.flatMap(({ url }) => url ?? [])).toEqual([]);
    // Discord: every sign that could be markup stands behind a backslash; nobody is pinged.
    const [discord] = [...on.discord.messages.values()].slice(-1);
    const [embed] = (discord?.embeds ?? []) as { description: string; fields: { name: string; value: string }[] }[];
    const task = embed?.fields.find(({ name }) => name === 'Task')?.value ?? '';
    expect(task.replace(/\\[!-/:-@[-`{-~]/g, '')).not.toMatch(/[!-/:-@[-`{-~]/);
    expect(discord?.allowed_mentions).toEqual({ parse: [] });
    // Slack: the agent's words are in no `mrkdwn`.
    const blocks = (on.slack.messages.at(-1)?.blocks ?? []) as {
      text?: { type: string; text: string };
      fields?: { type: string }[];
    }[];
    const marked = blocks.flatMap(({ text }) => (text?.type === 'mrkdwn' ? [text.text] : []));
    expect(marked).toHaveLength(1);
    expect(marked[0]).toMatch(/^(<http:\/\/localhost:\d+\/answer#[\w-]{43}\|(Open|Approve|Deny)>( {3}|$)){3}$/);
    for (const { fields } of blocks) for (const { type } of fields ?? []) expect(type).toBe('plain_text');
    expect(String(on.slack.messages.at(-1)?.text)).not.toMatch(/[<>]/);
    // Mail: no header was added and nobody else was written to.
    const letter = on.mail.letters.at(-1);
    expect(letter?.to).toEqual(['mia@example.org']);
    const { headers, body } = readLetter(letter?.raw ?? '');
    expect([...headers.keys()].filter((name) => ['bcc', 'cc'].includes(name))).toEqual([]);
    expect(headers.get('subject')).toBe('Castellan: Approval needed');
    expect(headers.get('content-type')).toMatch(/^text\/plain/);
    expect(linkIn(body, 'Deny')).toContain('/answer#');
    // The desktop's program: options end before the first word of an agent, and its small markup is escaped.
    const args = desktop().at(-1) ?? [];
    expect(args.slice(0, 4)).toEqual([
      '--app-name=Castellan',
      '--urgency=critical',
      '--',
      'Castellan: Approval needed',
    ]);
    expect(args).toHaveLength(5);
    expect(args[4]).not.toMatch(/[<>]/);
    await on.it.deny(approval);
    await answer;
  },
  { timeout: 120_000 },
);

verifies(['H3'], 'a test goes out for real, is listed and recorded; a channel nobody named is not found', async () => {
  for (const name of KINDS) {
    const reply = await on.it.daemon.request('POST', `/v1/channels/${name}/test`);
    expect(reply.status, reply.text).toBe(200);
    expect(reply.json(), name).toMatchObject({ state: 'sent', tries: 1, about: 'test', text: '' });
  }
  expect(on.ntfy.published.at(-1)?.title).toBe('Castellan can reach you here');
  expect((await on.it.daemon.request('POST', '/v1/channels/nobody/test')).status).toBe(404);
  const { channels } = await on.channels();
  expect(channels.map(({ name }) => name)).toEqual(KINDS);
  expect(channels.find(({ name }) => name === 'browsers')?.subscribers).toBe(1);
  const notices = ofKind(await on.it.records('kind:notice'), 'notice').filter(({ about }) => about === 'test');
  expect(notices.map(({ channel, change }) => `${channel} ${change}`)).toEqual(KINDS.map((name) => `${name} sent`));
  // Each use of a credential is on record, with the host it went to.
  const uses = ofKind(await on.it.records('kind:secret'), 'secret').filter(({ change }) => change === 'used');
  const hosts = new Set(uses.map(({ secret, by, host }) => `${secret} ${by} ${host}`));
  expect(hosts).toContain(`BOT module:notify ${on.telegram.host}`);
  expect(hosts).toContain(`MAILBOX module:notify localhost:${on.mail.port}`);
});

verifies(['H3', 'G-S02'], 'no credential of a channel and no link of a message is in any list or record', async () => {
  const { answer, approval } = await asks(on.it, on.agent);
  await all(approval.id);
  const links = (on.ntfy.published.at(-1)?.actions ?? []).map(({ url }) => url.slice(url.indexOf('#') + 1));
  expect(links).toHaveLength(3);
  await on.it.deny(approval);
  await answer;
  const records: readonly LedgerRecord[] = await on.it.records();
  const seen = JSON.stringify([await on.channels(), records, await on.it.approvals()]);
  for (const secret of [...links, on.telegram.token, on.discord.webhook, on.slack.webhook, on.webhook.secret])
    expect(seen).not.toContain(secret);
});

verifies(['H3'], 'a browser that left is forgotten, and only its own person takes one out', async () => {
  const other = on.push.browser(((await on.it.daemon.request('GET', '/v1/push/key')).json() as { key: string }).key);
  const add = await on.it.daemon.request('POST', '/v1/push/subscriptions', { body: other.subscription });
  expect(add.json()).toEqual({ subscribers: 2 });
  other.leave();
  expect((await on.it.daemon.request('POST', '/v1/channels/browsers/test')).json()).toMatchObject({ state: 'sent' });
  expect((await on.channels()).channels.find(({ name }) => name === 'browsers')?.subscribers).toBe(1);
  expect(other.got).toEqual([]);
  // Where a push may go is not for whoever is signed in to say.
  for (const endpoint of [
    'https://evil.example/push',
    'https://169.254.169.254/latest/meta-data',
    'http://127.0.0.1:1/x',
    'https://fcm.googleapis.com.evil.example/x',
    'https://fcm.googleapis.com:8443/x',
    'https://user@fcm.googleapis.com/x',
    'http://fcm.googleapis.com/x',
  ]) {
    const body = { ...on.browser.subscription, endpoint };
    expect((await on.it.daemon.request('POST', '/v1/push/subscriptions', { body })).status, endpoint).toBe(400);
  }
  const { endpoint } = on.browser.subscription;
  const gone = await on.it.daemon.request('POST', '/v1/push/unsubscribe', { body: { endpoint } });
  expect(gone.json()).toEqual({ subscribers: 0 });
  const nobody = await on.it.daemon.request('POST', '/v1/channels/browsers/test');
  expect(nobody.json()).toMatchObject({ state: 'given-up', text: expect.stringContaining('no browser') });
});

verifies(
  ['H3'],
  'of several browsers one that fails is tried again alone, and whoever is kept out is told nothing',
  async () => {
    const ask = async (path: string, body: unknown, token?: string, method = 'POST') => {
      const reply = await on.it.daemon.request(method, path, { body, ...(token !== undefined && { token }) });
      expect(reply.status, reply.text).toBe(200);
      return reply.json() as { readonly [name: string]: unknown };
    };
    const { key } = (await on.it.daemon.request('GET', '/v1/push/key')).json() as { key: string };
    const [mine, theirs] = [on.push.browser(key), on.push.browser(key)];
    await ask('/v1/push/subscriptions', mine.subscription);
    const { invite, user } = await ask('/v1/users', { name: 'vera', role: 'viewer' });
    const { access } = await ask(
      '/v1/sign-in/invite',
      { invite, password: 'nine-Loud-herons-walk-61', carrier: 'program' },
      '',
    );
    expect(await ask('/v1/push/subscriptions', theirs.subscription, String(access))).toEqual({ subscribers: 1 });
    // Nobody takes out another's.
    expect(await ask('/v1/push/unsubscribe', { endpoint: theirs.subscription.endpoint })).toEqual({ subscribers: 1 });
    const before = on.push.asked.length;
    on.push.failNext({ status: 503 });
    const first = await asks(on.it, on.agent);
    expect(await delivered(on.it, 'browsers', first.approval.id)).toMatchObject({ tries: 2 });
    const about = (browser: typeof mine) => browser.got.filter(({ key: one }) => one === first.approval.id);
    expect([about(mine).length, about(theirs).length]).toEqual([1, 1]);
    expect(on.push.asked.length - before).toBe(3);
    await on.it.deny(first.approval);
    await first.answer;

    await ask(`/v1/users/${(user as { id: string }).id}`, { disabled: true }, undefined, 'PATCH');
    const second = await asks(on.it, on.agent);
    await delivered(on.it, 'browsers', second.approval.id);
    expect(theirs.got.filter(({ key: one }) => one === second.approval.id)).toEqual([]);
    expect(mine.got.filter(({ key: one }) => one === second.approval.id)).toHaveLength(1);
    await on.it.deny(second.approval);
    await second.answer;
  },
  { timeout: 120_000 },
);
