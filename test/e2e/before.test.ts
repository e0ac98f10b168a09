// A card says what became of the same thing before, also after a restart (H1).
import { join } from 'node:path';
import { tempFolder, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { agentOver, MAIL, SEND, UNHURRIED, world } from './support/world.ts';

const LETTER = { to: 'client@acme.com', subject: 'Offer', body: 'See below.' };

verifies(['H1'], 'a card counts how the same action, and the same tool, were answered before', async () => {
  const home = join(tempFolder(), 'state');
  const config = { limits: UNHURRIED };
  const never = { approved: 0, denied: 0, timedOut: 0, lastAt: null };
  let id = '';
  let credential = '';
  {
    await using first = await world(config, { home });
    const agent = await first.connect('mailer');
    ({ id, credential } = agent);
    for (const [n, input] of [LETTER, LETTER, { ...LETTER, to: 'x@y.z' }].entries()) {
      const answering = agent.pre(SEND, input, { session: 'b', server: MAIL });
      const [approval] = await first.waiting();
      if (approval === undefined) throw new Error('nothing waits');
      if (n === 0) expect(approval.before).toEqual({ same: never, tool: never });
      if (n === 2)
        expect(approval.before).toMatchObject({ same: never, tool: { approved: 1, denied: 1, timedOut: 0 } });
      await (n === 1 ? first.deny(approval) : first.approve(approval));
      await answering;
    }
  }
  await using second = await world(config, { home });
  const answering = agentOver(second.daemon, id, credential).pre(SEND, LETTER, { session: 'c', server: MAIL });
  const [approval] = await second.waiting();
  expect(approval?.before).toMatchObject({ same: { approved: 1, denied: 1 }, tool: { approved: 2, denied: 1 } });
  if (approval !== undefined) await second.deny(approval);
  await answering;
});
