// The attacker: whoever came by a message. An agent that reads the mailbox, somebody who kept an old link, who guesses, who
// has a link to another question, or who is let in to look and not to answer. Nothing runs because of any of them.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Approval } from '@castellan/contract';
import { type HttpResponse, startDaemon, tempFolder, verifies } from '@castellan/testkit';
import { afterAll, beforeAll, expect } from 'vitest';
import { type NtfyServer, ntfyServer } from '../e2e/support/notify/ntfy-server.ts';
import { asks, delivered, keep, stateOf, tokenOf } from '../e2e/support/notify/stage.ts';
import { ofKind, type TestAgent, UNHURRIED, type World, world, worldOf } from '../e2e/support/world.ts';

const TOKEN = 'tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2';

let ntfy: NtfyServer;
let it: World;
let agent: TestAgent;
/** `guarded` is a channel as it is by default; whoever holds a message of `open` may answer. */
const configOf = (server: string) => ({
  approvals: { timeoutSeconds: 60 },
  notify: {
    channels: {
      guarded: { kind: 'ntfy', server, topic: 'guarded', token: 'NTFY' },
      open: { kind: 'ntfy', server, topic: 'open', token: 'NTFY', answers: 'link' },
    },
  },
});

beforeAll(async () => {
  ntfy = await ntfyServer(TOKEN);
  it = await world(configOf(ntfy.url));
  await keep(it, 'NTFY', TOKEN, ntfy.host);
  agent = await it.connect('mallory');
});
afterAll(async () => {
  await it[Symbol.asyncDispose]();
  await ntfy[Symbol.asyncDispose]();
});

type Label = 'Open' | 'Approve' | 'Deny';
function linkOf(topic: 'guarded' | 'open', label: Label): string {
  const message = ntfy.published.findLast((each) => each.topic === topic);
  const url = message?.actions.find((action) => action.label === label)?.url;
  if (url === undefined) throw new Error(`no link \`${label}\` in \`${topic}\``);
  return tokenOf(url);
}

async function question(): Promise<{ approval: Approval; answer: Promise<{ verdict: string }> }> {
  const asked = await asks(it, agent, { secretish: 'only for whoever may look' });
  await delivered(it, 'guarded', asked.approval.id);
  await delivered(it, 'open', asked.approval.id);
  return asked;
}
const yes = ({ digest }: Approval) => ({ answer: 'approve', digest });
const look = (link: string, token: string | null = null): Promise<HttpResponse> =>
  it.daemon.request('POST', '/v1/links/look', { body: { link }, token });
const send = (link: string, answer: unknown, token: string | null = null): Promise<HttpResponse> =>
  it.daemon.request('POST', '/v1/links/answer', { body: { link, answer }, token });
const waits = async (approval: Approval): Promise<void> =>
  expect(await stateOf(it, approval), 'it waits still').toMatchObject({ kind: 'pending' });
async function end({ approval, answer }: Awaited<ReturnType<typeof question>>): Promise<void> {
  await it.deny(approval);
  expect((await answer).verdict).toBe('deny');
}

verifies(
  ['H3', 'A5'],
  'a message in a mailbox that somebody else reads answers nothing, and shows no more than it said',
  async () => {
    const asked = await question();
    const { approval } = asked;
    for (const label of ['Open', 'Approve', 'Deny'] as const) {
      const link = linkOf('guarded', label);
      const looked = await look(link);
      expect(looked.status).toBe(200);
      expect(looked.json()).toMatchObject({
        signInNeeded: true,
        approval: { id: approval.id, arguments: {}, cwd: '' },
      });
      expect(looked.text).not.toContain('only for whoever may look');
      expect((await send(link, yes(approval))).status).toBe(401);
      expect((await send(link, { answer: 'deny' })).status).toBe(401);
    }
    await waits(approval);
    // A person who signs in may, by the same link, and sees all of it.
    const token = await it.daemon.access();
    const link = linkOf('guarded', 'Approve');
    const seen = await look(link, token);
    expect(seen.json()).toMatchObject({ signInNeeded: false });
    expect(seen.text).toContain('only for whoever may look');
    expect((await send(link, yes(approval), token)).status).toBe(200);
    expect((await asked.answer).verdict).toBe('allow');
    expect(await stateOf(it, approval)).toMatchObject({ kind: 'approved', by: 'person:mia' });
  },
);

verifies(
  ['A5', 'H3'],
  'an agent, its model client and the local token have nothing with any link, whatever the channel says',
  async () => {
    const asked = await question();
    const { approval } = asked;
    const made = await it.daemon.request('POST', `/v1/agents/${agent.id}/model-key`);
    const { key } = made.json() as { key: string };
    for (const token of [agent.credential, key, it.daemon.state.token]) {
      for (const topic of ['guarded', 'open'] as const)
        for (const label of ['Open', 'Approve', 'Deny'] as const) {
          const link = linkOf(topic, label);
          expect([401, 403, 404]).toContain((await look(link, token)).status);
          expect([401, 403, 404]).toContain((await send(link, yes(approval), token)).status);
          expect([401, 403, 404]).toContain((await send(link, { answer: 'deny' }, token)).status);
        }
    }
    await waits(approval);
    const refused = ofKind(await it.records('kind:notice'), 'notice').filter(({ change }) => change === 'refused');
    expect(
      refused.some(({ text }) => text.includes(`agent:${agent.id}`)),
      'it is on record',
    ).toBe(true);
    await end(asked);
  },
);

verifies(['A5'], 'who may look and not answer does neither more with a link', async () => {
  const asked = await question();
  const { approval } = asked;
  const made = await it.daemon.request('POST', '/v1/users', { body: { name: 'vera', role: 'viewer' } });
  expect(made.status, made.text).toBe(200);
  const { invite } = made.json() as { invite: string };
  const joined = await it.daemon.request('POST', '/v1/sign-in/invite', {
    body: { invite, password: 'nine-Loud-herons-walk-61', carrier: 'program' },
    token: null,
  });
  const { access } = joined.json() as { access: string };
  expect(access, joined.text).toBeTypeOf('string');
  for (const topic of ['guarded', 'open'] as const) {
    const link = linkOf(topic, 'Approve');
    expect((await look(link, access)).json()).toMatchObject({ signInNeeded: true });
    expect((await send(link, yes(approval), access)).status).toBe(403);
  }
  await waits(approval);
  await end(asked);
});

verifies(['H3', 'H5'], 'a link answers its own question and offers what it offered', async () => {
  const first = await question();
  const links = { approve: linkOf('open', 'Approve'), deny: linkOf('open', 'Deny'), open: linkOf('open', 'Open') };
  const second = await question();
  // The digest of another question, and the other way round.
  expect((await send(links.approve, yes(second.approval))).status).toBe(409);
  expect((await send(linkOf('open', 'Approve'), yes(first.approval))).status).toBe(409);
  expect((await send(links.deny, yes(first.approval))).status).toBe(403);
  expect((await send(links.open, yes(first.approval))).status).toBe(401);
  await waits(first.approval);
  await waits(second.approval);
  expect((await send(links.deny, { answer: 'deny' })).status).toBe(200);
  expect((await first.answer).verdict).toBe('deny');
  await waits(second.approval);
  // Replayed, by itself and by its sisters: too late, and nothing changes.
  for (const link of Object.values(links)) {
    expect((await send(link, yes(first.approval))).status).toBe(409);
    expect((await look(link)).status).toBe(409);
  }
  expect(await stateOf(it, first.approval)).toMatchObject({ kind: 'denied', by: 'link:open' });
  await end(second);
});

verifies(['A2', 'H3'], 'a link that is nearly right is no link, and hundreds of guesses find none', async () => {
  const asked = await question();
  const link = linkOf('open', 'Approve');
  const flipped = `${link.startsWith('A') ? 'B' : 'A'}${link.slice(1)}`;
  for (const guess of [flipped, link.slice(0, -1), `${link}A`, link.toUpperCase(), ` ${link}`, 'x', '../answer'])
    expect((await send(guess, yes(asked.approval))).status, guess).toBe(404);
  const guesses = await Promise.all(
    Array.from({ length: 400 }, () => send(randomBytes(32).toString('base64url'), yes(asked.approval))),
  );
  expect(guesses.filter(({ status }) => status !== 404 && status !== 429)).toEqual([]);
  await waits(asked.approval);
  await end(asked);
});

verifies(['H3'], 'nothing acts by GET, nor with the link in an address', async () => {
  const asked = await question();
  const link = linkOf('open', 'Approve');
  for (const path of [
    `/answer?link=${link}`,
    `/answer/${link}`,
    `/v1/links/answer?link=${link}&answer=approve`,
    `/v1/links/look?link=${link}`,
    `/v1/links/${link}`,
  ])
    await it.daemon.request('GET', path, { token: null });
  await waits(asked.approval);
  await end(asked);
});

verifies(
  ['A3', 'H3'],
  'a link from before a restart is dead, and so is the question it was about',
  async () => {
    const home = join(tempFolder(), 'state');
    const config = { limits: UNHURRIED, ...configOf(ntfy.url) };
    const first = await startDaemon({ home, config });
    const before = worldOf(first);
    await keep(before, 'NTFY', TOKEN, ntfy.host);
    const other = await before.connect('coder');
    const { answer, approval } = await asks(before, other);
    await delivered(before, 'open', approval.id);
    const link = linkOf('open', 'Approve');
    const gone = answer.catch(() => ({ verdict: 'none' }));
    await first.kill();
    expect((await gone).verdict).not.toBe('allow');
    await using second = await startDaemon({ home });
    for (const path of ['/v1/links/look', '/v1/links/answer']) {
      const reply = await second.request('POST', path, { body: { link, answer: yes(approval) }, token: null });
      expect([400, 404]).toContain(reply.status);
    }
    const whole = await second.request('POST', '/v1/links/answer', {
      body: { link, answer: yes(approval) },
      token: null,
    });
    expect(whole.status).toBe(404);
  },
  { timeout: 120_000 },
);
