// A person answers from where they are: by a button of the messenger, or by the link of a message. The call that waited goes
// on by itself.
import { verifies } from '@castellan/testkit';
import { afterAll, beforeAll, expect } from 'vitest';
import { readLetter } from './support/notify/mail-server.ts';
import { asks, delivered, linkIn, listOf, MIA, type Stage, stage, stateOf, tokenOf } from './support/notify/stage.ts';
import { ofKind, SEND, until } from './support/world.ts';

let on: Stage;
beforeAll(async () => {
  on = await stage({ notify: { address: 'https://castellan.example.org/' } }, { answers: 'link' });
});
afterAll(() => on[Symbol.asyncDispose]());

const lastMessage = () => {
  const found = [...on.telegram.messages.values()].at(-1);
  if (found === undefined) throw new Error('no message');
  return found;
};
const button = (label: string): string => {
  const data = lastMessage().keys.find(({ text }) => text === label)?.callback_data;
  if (data === undefined) throw new Error(`no button \`${label}\``);
  return data;
};
const told = (press: string) => until('word back', () => on.telegram.told.get(press));
const post = (path: string, body: unknown, token: string | null = null) =>
  on.it.daemon.request('POST', path, { body, token });
const published = (label: string): string => {
  const url = on.ntfy.published.at(-1)?.actions.find((action) => action.label === label)?.url;
  if (url === undefined) throw new Error(`no link \`${label}\``);
  return tokenOf(url);
};

verifies(
  ['H2', 'H3'],
  'a button pressed in Telegram by a person it names lets the call go on; the message then says who, and has no buttons',
  async () => {
    const { answer, approval } = await asks(on.it, on.agent);
    await delivered(on.it, 'phone', approval.id);
    expect(lastMessage().keys.map(({ text }) => text)).toEqual(['Approve', 'Deny', 'Open']);
    expect(lastMessage().keys.at(-1)?.url).toMatch(/^https:\/\/castellan\.example\.org\/answer#[\w-]{43}$/);
    expect(await told(on.telegram.press(MIA, button('Approve')))).toBe('Approved.');
    expect(await answer).toMatchObject({ verdict: 'allow' });
    expect(await stateOf(on.it, approval)).toMatchObject({ kind: 'approved', by: 'link:phone:mia', once: true });
    await until('the edit', () => (lastMessage().edited ? 1 : undefined));
    expect(lastMessage().text).toContain('Approved by link:phone:mia');
    expect(lastMessage().keys).toEqual([]);
    const notices = ofKind(await on.it.records('kind:notice'), 'notice');
    expect(notices.filter(({ change }) => change === 'answered')).toMatchObject([
      { channel: 'phone', about: approval.id, text: 'approved by link:phone:mia' },
    ]);
  },
  { timeout: 120_000 },
);

verifies(
  ['H2', 'H3'],
  'a button counts for the people it names, in their chat, for its own call, once',
  async () => {
    const first = await asks(on.it, on.agent);
    await delivered(on.it, 'phone', first.approval.id);
    const deny = button('Deny');
    const approve = button('Approve');
    const second = await asks(on.it, on.agent);
    await delivered(on.it, 'phone', second.approval.id);
    expect(await told(on.telegram.press(999, approve))).toContain('not among the people');
    expect(await told(on.telegram.press(MIA, approve, { id: 42, type: 'private' }))).toContain('not among the people');
    expect(await told(on.telegram.press(MIA, published('Approve')))).toContain('not good any more');
    expect(await told(on.telegram.press(MIA, `${approve.slice(0, -1)}x`))).toContain('not good any more');
    expect(await told(on.telegram.press(MIA, 'x'))).toContain('not good any more');
    expect(await stateOf(on.it, first.approval)).toMatchObject({ kind: 'pending' });
    expect(await told(on.telegram.press(MIA, deny))).toBe('Denied.');
    expect((await first.answer).verdict).toBe('deny');
    expect(await stateOf(on.it, second.approval), 'the other one waits on').toMatchObject({ kind: 'pending' });
    for (const again of [deny, approve])
      expect(await told(on.telegram.press(MIA, again))).toBe('Already denied by link:phone:mia.');
    const refused = ofKind(await on.it.records('kind:notice'), 'notice').filter(({ change }) => change === 'refused');
    expect(refused).toHaveLength(2);
    expect(refused[0]?.text).toContain('999');
    await on.it.deny(second.approval);
    await second.answer;
  },
  { timeout: 120_000 },
);

verifies(
  ['H3', 'A11'],
  'where a Critical rule asked no message alone approves: the button is not there, and the link is refused',
  async () => {
    const { answer, approval } = await asks(on.it, on.agent, {}, { tool: SEND });
    await delivered(on.it, 'phone', approval.id);
    await delivered(on.it, 'bell', approval.id);
    expect(lastMessage().text).toContain('Critical: approval needed');
    expect(lastMessage().keys.map(({ text }) => text)).toEqual(['Deny', 'Open']);
    expect(on.ntfy.published.at(-1)?.actions.map(({ label }) => label)).toEqual(['Open', 'Deny']);
    for (const label of ['Open', 'Deny']) {
      const link = published(label);
      const body = { link, answer: { answer: 'approve', digest: approval.digest } };
      expect([401, 403], label).toContain((await post('/v1/links/answer', body)).status);
    }
    expect(await stateOf(on.it, approval)).toMatchObject({ kind: 'pending' });
    const no = { link: published('Deny'), answer: { answer: 'deny', reason: 'not to them' } };
    expect((await post('/v1/links/answer', no)).status).toBe(200);
    const told = await answer;
    expect(told.verdict).toBe('deny');
    expect(told.reason).toContain('not to them');
  },
  { timeout: 120_000 },
);

verifies(
  ['H2', 'H3', 'H5'],
  'a link of a channel that may answer alone: looking changes nothing, then one answer, for this call and no more',
  async () => {
    const { answer, approval } = await asks(on.it, on.agent);
    await delivered(on.it, 'letters', approval.id);
    const { body: letter } = readLetter(on.mail.letters.at(-1)?.raw ?? '');
    const link = tokenOf(linkIn(letter, 'Approve'));
    for (let times = 0; times < 3; times += 1) {
      const looked = await post('/v1/links/look', { link });
      expect(looked.json()).toMatchObject({ answer: 'approve', signInNeeded: false, approval: { id: approval.id } });
      expect((looked.json() as { approval: typeof approval }).approval.arguments).toEqual(approval.arguments);
    }
    const yes = { answer: 'approve', digest: approval.digest };
    const key = approval.suggestions[0]?.key;
    expect(key).toBeDefined();
    for (const more of [{ grant: key }, { arguments: { id: 'other' } }])
      expect((await post('/v1/links/answer', { link, answer: { ...yes, ...more } })).status).toBe(403);
    const other = { ...yes, digest: `sha256:${'0'.repeat(64)}` };
    expect((await post('/v1/links/answer', { link, answer: other })).status, 'bound to the digest').toBe(409);
    const answers = await Promise.all(Array.from({ length: 5 }, () => post('/v1/links/answer', { link, answer: yes })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409, 409, 409]);
    expect((await answer).verdict).toBe('allow');
    expect(await stateOf(on.it, approval)).toMatchObject({ kind: 'approved', by: 'link:letters', once: true });
    expect(await on.it.grants()).toEqual([]);
    const late = await post('/v1/links/look', { link });
    expect(late.status).toBe(409);
    expect(late.json()).toMatchObject({ error: 'already_resolved', by: 'link:letters', at: expect.any(Number) });
  },
  { timeout: 120_000 },
);

verifies(
  ['H3'],
  'who asks Telegram asks only while a button waits',
  async () => {
    await until('nobody asks', () => (on.telegram.polling() === 0 ? 1 : undefined));
    const { answer, approval } = await asks(on.it, on.agent);
    await until('somebody asks', () => (on.telegram.polling() === 1 ? 1 : undefined));
    await on.it.deny(approval);
    await answer;
    expect((await listOf(on.it)).address).toBe('https://castellan.example.org');
  },
  { timeout: 120_000 },
);
