// The security checklist of a real daemon: what it says changes with what is so.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckItem } from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { until, type World, world } from './support/world.ts';

async function checks(it: World): Promise<ReadonlyMap<string, CheckItem>> {
  const reply = await it.daemon.request('GET', '/v1/checks');
  expect(reply.status, reply.text).toBe(200);
  const { checks: all } = reply.json() as { checks: readonly CheckItem[] };
  return new Map(all.map((one) => [one.id, one]));
}

verifies(['W1'], 'each item says what was seen, and what to do', async () => {
  await using it = await world({ redaction: { unknown: 'off' } });
  const first = await checks(it);
  expect(first.get('set-up')).toMatchObject({ state: 'good' });
  expect(first.get('second-factor')).toMatchObject({ state: 'warn', evidence: '`mia` has a password only' });
  expect(first.get('agents')).toMatchObject({ state: 'warn', fix: 'run `castellan connect claude-code`' });
  expect(first.get('remote')).toMatchObject({ state: 'good' });
  expect(first.get('redaction')).toMatchObject({ state: 'bad' });
  expect(first.get('ledger')).toMatchObject({ state: 'good' });
  expect(first.get('channels')).toMatchObject({ state: 'warn' });

  const agent = await it.connect('claude');
  expect((await it.daemon.request('POST', `/v1/agents/${agent.id}/freeze`, { body: {} })).status).toBeLessThan(500);
  writeFileSync(
    join(it.daemon.home, 'config.yaml'),
    JSON.stringify({ schema: 'castellan/config/v1', preset: 'full-auto', redaction: { unknown: 'likely' } }),
  );
  const second = await until('the new configuration', async () => {
    const found = await checks(it);
    return found.get('redaction')?.state === 'good' ? found : undefined;
  });
  expect(second.get('agents')).toMatchObject({ state: 'good', evidence: '`claude`' });
  expect(second.get('preset')).toMatchObject({ state: 'warn' });
  expect((await it.daemon.request('GET', '/v1/checks', { token: agent.credential })).status).toBe(403);
});
