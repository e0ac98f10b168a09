// The whole story of the OpenTidy seed in one test, step by step, over the real hook: an agent wants to send an e-mail,
// a person on the other end is told in one sentence, and what they answer is what happens.
import type { LedgerRecord, LiveEvent, PolicyView } from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { MAIL, ofKind, preToolUse, readAnswer, SEND, until, world } from './support/world.ts';

const INVOICE = { to: 'client@acme.com', subject: 'Invoice reminder', body: 'Dear client, invoice 17 is due.' };
const SENTENCE = 'Send an e-mail to “client@acme.com”: “Invoice reminder”';

const openEvents = (events: readonly LiveEvent[]) =>
  events.flatMap((event) =>
    event.kind === 'approval' && event.approval.state.kind === 'pending' ? [event.approval] : [],
  );

const historyOf = (records: readonly LedgerRecord[], call: string) =>
  records.filter((record) => 'call' in record && record.call === call);

verifies(
  ['P1', 'P2', 'P4', 'H2', 'H4', 'G-S01', 'L1', 'L2'],
  'an agent wants to send an e-mail: the seven steps of OpenTidy',
  async () => {
    await using it = await world();
    const agent = await it.connect('Claude Code');
    const phone = await it.events();
    await agent.hook({
      session_id: 'invoice',
      cwd: '/tmp',
      hook_event_name: 'UserPromptSubmit',
      prompt: 'Invoice follow-up\nRemind the client, please.',
    });

    // 1. The module's manifest says which tools have consequences, and the user's level for them is `confirm`.
    const policy = (await it.daemon.request('GET', '/v1/policy')).json() as PolicyView;
    const mail = policy.modules.find(({ manifest }) => manifest.name === 'mail');
    expect(mail?.level).toBe('confirm');
    expect(mail?.manifest.tools.critical.map(({ name }) => name)).toContain('send');
    expect(mail?.manifest.tools.safe.map(({ name }) => name)).toContain('search');
    const search = await agent.pre('mcp__mail__search', { query: 'acme' }, { session: 'invoice', server: MAIL });
    expect(search.verdict, 'a safe tool passes without a prompt').toBe('allow');

    // 2. The agent calls mail/send; the PreToolUse hook fires, and the agent's tool waits for its answer.
    const body = preToolUse(SEND, INVOICE, { session: 'invoice', server: MAIL, id: 'toolu_invoice' });
    let answered = false;
    const sending = agent.hook(body).then((response) => {
      answered = true;
      return readAnswer(response);
    });

    // 3. One sentence says what would happen: made by a template, the same each time, no model asked.
    // 4. A notification arrives: which task, who, to whom, what, with everything in it.
    const asked = await until('the notification', () => openEvents(phone.seen)[0]);
    expect(asked).toMatchObject({
      summary: SENTENCE,
      taskTitle: 'Invoice follow-up',
      agentName: 'Claude Code',
      module: 'mail',
      tool: 'send',
      arguments: INVOICE,
      effects: [{ kind: 'send', target: 'client@acme.com', targetKind: 'recipient', certainty: 'certain' }],
      risk: ['sends'],
    });
    expect(answered, 'nothing is answered before the person has').toBe(false);

    // 5. The person approves; the hook says allow, with exactly the arguments that were decided.
    expect((await it.approve(asked)).status).toBe(200);
    const sent = await sending;
    expect(sent).toMatchObject({ status: 200, verdict: 'allow' });
    expect(sent.updatedInput).toEqual(INVOICE);
    expect((await agent.post(SEND, INVOICE, 'toolu_invoice', { session: 'invoice', server: MAIL })).status).toBe(200);

    // 6. Each message is a new question (per call). This one the person denies, and the agent is told.
    const again = agent.pre(SEND, { ...INVOICE, to: 'everyone@acme.com' }, { session: 'invoice', server: MAIL });
    const second = await until('the second notification', () => openEvents(phone.seen)[1]);
    expect(second.summary).toBe('Send an e-mail to “everyone@acme.com”: “Invoice reminder”');
    await it.deny(second, 'only to the client');
    const denied = await again;
    expect(denied.verdict).toBe('deny');
    expect(denied.reason).toContain('DENIED');
    expect(denied.reason).toContain('only to the client');

    // 7. All of it is in the audit trail, and the trail can be checked by anyone who has the files.
    const records = await until('the refusal’s record', async () => {
      const all = await it.records();
      return historyOf(all, second.call).length === 3 ? all : undefined;
    });
    expect(historyOf(records, asked.call)).toMatchObject([
      { kind: 'attempt', module: 'mail', tool: 'send', arguments: INVOICE, verdict: { outcome: 'confirm' } },
      { kind: 'approval', state: { kind: 'approved', by: 'person:mia' }, digest: asked.digest },
      { kind: 'outcome', status: 'succeeded', by: 'user-approved' },
    ]);
    expect(historyOf(records, second.call)).toMatchObject([
      { kind: 'attempt' },
      { kind: 'approval', state: { kind: 'denied', reason: 'only to the client' } },
      { kind: 'outcome', status: 'refused', by: 'user-denied' },
    ]);
    const [task] = new Set(ofKind(records, 'attempt').map((attempt) => attempt.task));
    expect(ofKind(records, 'session').find(({ change }) => change === 'named')).toMatchObject({
      task,
      text: 'Invoice follow-up',
    });
    expect((await it.verify()).kind).toBe('verified');
    phone.close();
  },
);
