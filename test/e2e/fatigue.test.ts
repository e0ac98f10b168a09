// The fatigue meter over a real day's questions, answered by a person who does not read.
import type { Fatigue } from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { DELETE, MAIL, SEND, world } from './support/world.ts';

verifies(['H12'], 'questions, times, approvals without reading, and what would lessen them', async () => {
  await using it = await world();
  const agent = await it.connect('claude');
  const fatigue = async (): Promise<Fatigue> => (await it.daemon.request('GET', '/v1/fatigue')).json() as Fatigue;
  expect(await fatigue()).toMatchObject({ prompts: 0, medianDecisionMs: null, suggestions: [] });
  const ask = async (tool: string, input: Record<string, unknown>, yes: boolean): Promise<void> => {
    const asked = agent.pre(tool, input, { server: MAIL });
    const [approval] = await it.waiting();
    if (approval === undefined) throw new Error('nothing waits');
    const reply = await (yes ? it.approve(approval) : it.deny(approval));
    expect(reply.status, reply.text).toBe(200);
    await asked;
  };
  for (let n = 0; n < 5; n += 1) await ask(DELETE, { id: `m${n}` }, true);
  // A letter to somebody needs a person whatever was granted: nothing to suggest there.
  for (let n = 0; n < 5; n += 1) await ask(SEND, { to: [`a${n}@example.org`], subject: 's', body: 'b' }, true);
  await ask(SEND, { to: ['b@example.org'], subject: 's', body: 'b' }, false);
  const tired = await fatigue();
  expect(tired).toMatchObject({ prompts: 11, approved: 10, denied: 1, timedOut: 0 });
  expect(tired.hours.reduce((sum, count) => sum + count, 0)).toBe(11);
  expect(tired.medianDecisionMs).toBeGreaterThanOrEqual(0);
  expect(tired.suggestions).toMatchObject([{ agent: agent.id, module: 'mail', tool: 'delete', prompts: 5 }]);
});
