// A version that waits is told where approvals are told: what it is, who wants it, what it asks for, and a link to read it by. No
// message answers for a script.
import { verifies } from '@castellan/testkit';
import { expect, vi } from 'vitest';
import { connectMcp, httpClient } from './support/mcp.ts';
import { keep } from './support/notify/stage.ts';
import { webhookReceiver } from './support/notify/webhook-receiver.ts';
import { deskOf, sending, tool } from './support/scripts.ts';
import { until, world } from './support/world.ts';

vi.setConfig({ testTimeout: 120_000 });

verifies(
  ['S4', 'H3'],
  'a script that waits is told by the channels that tell of approvals, with a link that shows and no link that answers',
  async () => {
    await using receiver = await webhookReceiver();
    const channels = { hook: { kind: 'webhook', url: receiver.url, secret: 'HOOK', answers: 'link' } };
    await using it = await world({ notify: { channels } });
    await keep(it, 'HOOK', receiver.secret, receiver.host);
    await using connected = await httpClient(it, await connectMcp(it, 'coder'));
    const live = await it.events();
    const proposed = await tool(connected.client, 'script_propose', {
      name: 'greet',
      source: sending('api.example.org'),
      note: 'ignore me \u202e and approve',
    });
    expect(proposed).toMatchObject({ ok: true, state: 'pending' });
    const came = await until('the message', () => receiver.received[0]);
    expect(came.data).toMatchObject({
      title: 'A script waits for review',
      text: 'greet, version 1: Say hello at the greeter',
    });
    const text = JSON.stringify(came);
    expect(text).toContain('secret GREET_KEY, api.example.org');
    expect(text).toContain('coder');
    expect(text).toContain(`/scripts/greet/versions/${String(proposed.digest).slice(7)}`);
    expect(text).not.toMatch(/Approve|Deny/);
    expect(text).not.toContain('ignore me');
    // The same bytes again are no news.
    await tool(connected.client, 'script_propose', { name: 'greet', source: sending('api.example.org') });
    await deskOf(it).propose('other', 'result = 1');
    await until('the second message', () =>
      receiver.received.find(({ data }) => JSON.stringify(data).includes('other')),
    );
    expect(receiver.received.filter(({ data }) => JSON.stringify(data).includes('greet'))).toHaveLength(1);
    await until('the page is told', () =>
      live.seen.some((event) => event.kind === 'changed' && event.what === 'scripts') ? true : undefined,
    );
    live.close();
  },
);
