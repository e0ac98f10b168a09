// A person changes what an agent asked for, and that is what runs (H7): decided anew, bound anew, recorded beside the first.
import type { Approval, Decision } from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import { afterAll, beforeAll, expect } from 'vitest';
import { DELETE, MAIL, ofKind, SEND, type TestAgent, until, type World, world } from './support/world.ts';

const LETTER = { to: 'client@acme.com', subject: 'Offer', body: 'See below.' };

let it: World;
let agent: TestAgent;
beforeAll(async () => {
  it = await world();
  agent = await it.connect('mailer');
});
afterAll(() => it[Symbol.asyncDispose]());

const answer = (approval: Approval, more: Readonly<Record<string, unknown>>) =>
  it.daemon.request('POST', `/v1/approvals/${approval.id}/resolve`, {
    body: { answer: 'approve', digest: approval.digest, ...more },
  });
const asked = async (): Promise<Approval> => {
  const [approval] = await it.waiting();
  if (approval === undefined) throw new Error('nothing waits');
  return approval;
};

verifies(
  ['H7', 'H5'],
  'the edited arguments run, both versions are recorded, and running the first ones raises an alarm',
  async () => {
    const answering = agent.pre(SEND, LETTER, { session: 'e1', server: MAIL, id: 'toolu_edit1' });
    const approval = await asked();
    const edited = { ...LETTER, to: 'boss@acme.com' };
    const response = await answer(approval, { arguments: edited });
    expect(response.status, response.text).toBe(200);
    const told = await answering;
    expect(told).toMatchObject({ verdict: 'allow', updatedInput: edited });
    expect(told.reason).toContain('changed the arguments');
    const records = await it.records(`call:${approval.call}`);
    expect(ofKind(records, 'attempt')[0]?.arguments).toEqual(LETTER);
    const [settled] = ofKind(records, 'approval');
    expect(settled?.state).toMatchObject({ kind: 'approved', once: true, edited: { arguments: edited } });
    const digest = settled?.state.kind === 'approved' ? settled.state.edited?.digest : undefined;
    expect(digest).not.toBe(approval.digest);
    // The client says it ran what the agent wrote first: that is another call than the one a person allowed.
    await agent.post(SEND, LETTER, 'toolu_edit1', { session: 'e1', server: MAIL });
    await until('the alarm', async () =>
      (await it.status()).alarms.some(({ kind }) => kind === 'ran-otherwise') ? true : undefined,
    );
  },
);

verifies(
  ['H7'],
  'over the API the decision carries the edited arguments, and nothing of the task is granted',
  async () => {
    const answering = agent.check(SEND, LETTER, { session: 'e2' });
    const approval = await asked();
    const edited = { ...LETTER, subject: 'Our offer' };
    expect((await answer(approval, { arguments: edited })).status).toBe(200);
    const decision: Decision = await answering;
    expect(decision).toMatchObject({ kind: 'run', arguments: edited, by: 'user-approved' });
    expect((await it.grants()).filter(({ revokedAt }) => revokedAt === null)).toEqual([]);
  },
);

verifies(['H7', 'H5'], 'an edit never leads past a deny, and the question still waits', async () => {
  const answering = agent.pre('Write', { file_path: '/srv/site/a.txt', content: 'x' }, { session: 'e3' });
  const approval = await asked();
  const own = `${it.daemon.home}/config.yaml`;
  const refused = await answer(approval, { arguments: { file_path: own, content: 'preset: full-auto' } });
  expect(refused.status).toBe(400);
  expect(refused.json()).toMatchObject({ error: 'bad_request', message: expect.stringContaining('denied') });
  expect((await it.approvals()).find(({ id }) => id === approval.id)?.state.kind).toBe('pending');
  await it.deny(approval);
  expect((await answering).verdict).toBe('deny');
});

verifies(
  ['H7'],
  'an edit and a grant do not go together, nor an edit and a digest that is not the one shown',
  async () => {
    const answering = agent.pre(DELETE, { id: '7' }, { session: 'e4', server: MAIL });
    const approval = await asked();
    const [suggestion] = approval.suggestions;
    expect(suggestion).toBeDefined();
    expect((await answer(approval, { arguments: { id: '8' }, grant: suggestion?.key })).status).toBe(400);
    expect((await answer(approval, { arguments: { id: '8' }, digest: `sha256:${'0'.repeat(64)}` })).status).toBe(409);
    await it.deny(approval);
    expect((await answering).verdict).toBe('deny');
  },
);

verifies(
  ['H8', 'H2'],
  'a grant that was given with an answer already covers what the agent asks the moment it goes on',
  async () => {
    for (let round = 0; round < 5; round += 1) {
      const session = `g${round}`;
      const input = { id: `letter-${round}` };
      const answering = agent.pre(DELETE, input, { session, server: MAIL });
      const approval = await asked();
      const again = answering.then(() => agent.pre(DELETE, input, { session, server: MAIL }));
      expect((await it.approve(approval, approval.suggestions[0]?.key)).status).toBe(200);
      expect((await again).verdict).toBe('allow');
    }
  },
);
