// `castellan verify claude-code` in the daemon, its checks through the real client: all hold where it is connected, and what does
// not hold is said.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { ConnectScope, Verification, VerifyCheck } from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { until } from '../e2e/support/world.ts';
import { withClaude } from './support/claude.ts';
import { type World, world } from './support/world.ts';

async function verified({ client, connected }: World): Promise<Verification> {
  const started = await client.verifyAgent({ params: { id: connected.agent } });
  if (!started.ok) throw new Error(JSON.stringify(started.error));
  return until(
    'the verification',
    async () => {
      const listed = await client.standings();
      const found = listed.ok ? listed.value.standings.find(({ agent }) => agent === connected.agent) : undefined;
      const verification = found?.verification ?? null;
      return verification === null || verification.state === 'running' ? undefined : verification;
    },
    150_000,
  );
}

const failed = (checks: readonly VerifyCheck[]) => checks.filter(({ ok }) => !ok);
const LONG = { ...withClaude, timeout: 180_000 };

for (const scope of ['user', 'isolated'] as const satisfies readonly ConnectScope[]) {
  verifies(
    ['K6', 'K1', 'K2', 'K8'],
    `scope ${scope}: every surface in every situation, through the real client, and nothing is left behind`,
    async () => {
      await using it = await world({}, { scope });
      const before = [readdirSync(it.project), readdirSync(it.user)];
      const { state, checks } = await verified(it);
      expect(failed(checks)).toEqual([]);
      expect(state).toBe('held');
      expect(new Set(checks.map(({ situation }) => situation))).toEqual(
        new Set(['settings', 'allowed', 'denied', 'confirmed', 'timed-out', 'daemon-down', 'way']),
      );
      expect(new Set(checks.map(({ surface }) => surface))).toEqual(
        new Set(['settings', 'file', 'shell', 'sub-agent', 'prompt', 'command']),
      );
      expect([readdirSync(it.project), readdirSync(it.user)]).toEqual(before);
      // On record as what was said; its questions were answered by it alone, and nobody was shown one.
      const records = await it.records();
      expect(records.filter(({ kind }) => kind === 'verification')).toMatchObject([
        { agent: it.connected.agent, held: true },
      ]);
      const answered = records.flatMap((each) =>
        each.kind === 'approval' && 'by' in each.state ? [each.state.by] : [],
      );
      expect(new Set(answered)).toEqual(new Set(['verification']));
      expect(await it.client.approvals()).toMatchObject({ ok: true, value: { approvals: [] } });
      expect(await it.client.standings()).toMatchObject({
        ok: true,
        // What may be due is said of the machine, where other tests start clients with folders of their own.
        value: { standings: [{ known: true, due: expect.stringMatching(/^$|CLAUDE_CONFIG_DIR/) }] },
      });
    },
    LONG,
  );
}

verifies(
  ['K6'],
  'what does not hold is said: hooks that let calls run when we fail',
  async () => {
    await using it = await world();
    const text = readFileSync(it.connected.settingsPath, 'utf8');
    writeFileSync(it.connected.settingsPath, text.replaceAll('"onFailure": "block"', '"onFailure": "allow"'));
    const { state, checks } = await verified(it);
    expect(state).toBe('not-held');
    expect(failed(checks)).toMatchObject([{ id: 'settings' }]);
  },
  withClaude,
);
