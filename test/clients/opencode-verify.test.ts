// `castellan verify opencode` in the daemon, its checks through the real client: all hold where it is connected.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { until } from '../e2e/support/world.ts';
import { withOpenCode } from './support/opencode.ts';
import { openCodeWorld } from './support/opencode-world.ts';

const CONNECTED = [
  { scope: 'user', mode: 'hooks' },
  { scope: 'isolated', mode: 'gateway' },
] as const;

for (const connect of CONNECTED)
  verifies(
    ['K6', 'K3', 'K2'],
    `OpenCode, scope ${connect.scope}, mode ${connect.mode}: every surface in every situation holds, and nothing is left behind`,
    async () => {
      await using it = await openCodeWorld({}, connect);
      const before = [readdirSync(it.project), readdirSync(join(it.user, '.config', 'opencode'))];
      const started = await it.client.verifyAgent({ params: { id: it.connected.agent } });
      if (!started.ok) throw new Error(JSON.stringify(started.error));
      const { state, checks } = await until(
        'the verification',
        async () => {
          const listed = await it.client.standings();
          const found = listed.ok
            ? listed.value.standings.find(({ agent }) => agent === it.connected.agent)
            : undefined;
          const verification = found?.verification ?? null;
          return verification === null || verification.state === 'running' ? undefined : verification;
        },
        1_000_000,
      );
      expect(checks.filter(({ ok }) => !ok)).toEqual([]);
      expect(state).toBe('held');
      const situations = new Set<string>(checks.map(({ situation }) => situation));
      for (const situation of ['settings', 'allowed', 'denied', 'confirmed', 'daemon-down'])
        expect(situations).toContain(situation);
      const left = readdirSync(join(it.user, '.config', 'opencode')).filter((name) => name !== '.gitignore');
      expect([readdirSync(it.project), left]).toEqual(before);
    },
    { ...withOpenCode, timeout: 1_100_000 },
  );
