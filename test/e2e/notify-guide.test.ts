// docs/guide/notifications.md says what is so: the configuration shown is one that loads and has every kind of channel, the
// numbers are those of the program, and the webhook's body is one that really comes.
import { readFileSync } from 'node:fs';
import { channelSchema, parseConfig } from '@castellan/contract';
import { inRoot, verifies } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { LIMITS } from '../../packages/daemon/src/notify/outbox.ts';
import { asks, keep } from './support/notify/stage.ts';
import { webhookReceiver } from './support/notify/webhook-receiver.ts';
import { until, world } from './support/world.ts';

const GUIDE = readFileSync(inRoot('docs', 'guide', 'notifications.md'), 'utf8');
const block = (language: string): string => {
  const found = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(GUIDE)?.[1];
  if (found === undefined) throw new Error(`no ${language} block`);
  return found;
};

test('the configuration of the guide loads, and has one channel of each kind', () => {
  const config = parseConfig(parse(block('yaml')));
  if (!config.ok) throw new Error(JSON.stringify(config.faults));
  const shown = Object.values(config.value.notify.channels).map(({ kind }) => kind);
  const kinds = channelSchema.options.map(({ shape }) => shape.kind.value);
  expect(shown.toSorted()).toEqual(kinds.toSorted());
  expect(Object.values(config.value.notify.channels).map(({ answers }) => answers)).not.toContain('link');
});

test('the numbers of the guide are those of the program', () => {
  const text = GUIDE.replace(/\s+/g, ' ');
  expect(text).toContain('tried up to six times');
  expect(LIMITS.tries).toBe(6);
  expect(text).toContain(`at most ${LIMITS.aMinute} messages a minute and keeps at most ${LIMITS.waiting};`);
  expect(text).toContain(`have ${LIMITS.alarmsAMinute} a minute of their own`);
});

verifies(['H3'], 'the body of a webhook is as the guide shows it', async () => {
  await using receiver = await webhookReceiver();
  const channels = { hook: { kind: 'webhook', url: receiver.url, secret: 'HOOK' } };
  await using it = await world({ notify: { channels } });
  await keep(it, 'HOOK', receiver.secret, receiver.host);
  const { answer, approval } = await asks(it, await it.connect('coder'), { id: 'm1' });
  const came = await until('the webhook', () => receiver.received[0]);
  const shown = JSON.parse(block('json')) as typeof came;
  expect(came.type).toBe(shown.type);
  expect(Object.keys(came.data)).toEqual(Object.keys(shown.data));
  for (const name of ['title', 'text']) expect(came.data[name]).toBe(shown.data[name]);
  expect((came.data.facts as unknown[])[0]).toEqual((shown.data.facts as unknown[])[0]);
  await it.deny(approval);
  await answer;
});
