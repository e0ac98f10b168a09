// `castellan verify codex`: canaries through the real client prove that it is held, and show where it is not.
import { readFileSync, writeFileSync } from 'node:fs';
import type { ConnectMode, ConnectScope, Verification } from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { type CodexWorld, codexWorld, withCodex } from './support/codex.ts';

async function verified(it: CodexWorld): Promise<Verification> {
  const { agent } = it.connected;
  const begun = await it.client.verifyAgent({ params: { id: agent } });
  if (!begun.ok) throw new Error(JSON.stringify(begun.error));
  for (let tries = 0; tries < 600; tries += 1) {
    const all = await it.client.standings();
    const found = all.ok ? all.value.standings.find((one) => one.agent === agent)?.verification : null;
    if (found != null && found.state !== 'running') return found;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error('the verification did not end');
}

for (const [scope, mode, surfaces] of [
  ['user', 'hooks', ['shell', 'file', 'code', 'sub-agent']],
  ['isolated', 'gateway', ['shell', 'file', 'code', 'gateway']],
] as const satisfies readonly (readonly [ConnectScope, ConnectMode, readonly string[]])[])
  verifies(
    ['K6', 'K4'],
    `verify proves scope ${scope} in mode ${mode}: ${surfaces.join(', ')}; each canary has its control`,
    async () => {
      await using it = await codexWorld({ scope, mode });
      const found = await verified(it);
      expect(found.checks.filter(({ ok }) => !ok)).toEqual([]);
      expect([found.state, found.text]).toEqual(['held', found.text]);
      expect(new Set(found.checks.map(({ surface }) => surface))).toEqual(new Set(['settings', ...surfaces]));
      const situations = new Set(found.checks.map(({ situation }) => situation));
      expect([...situations]).toEqual(
        expect.arrayContaining(['settings', 'allowed', 'denied', 'confirmed', 'daemon-down']),
      );
      if (mode === 'hooks') expect(situations.has('timed-out')).toBe(true);
    },
    { ...withCodex, timeout: 240_000 },
  );

verifies(
  ['K6'],
  'a hook whose trust was taken back: verify says so, and proves nothing of it',
  async () => {
    await using it = await codexWorld({ scope: 'user' });
    const path = it.connected.files[0]?.path ?? '';
    writeFileSync(path, readFileSync(path, 'utf8').replace(/trusted_hash = "sha256:[0-9a-f]{64}"/, 'enabled = false'));
    const found = await verified(it);
    expect(found.state).toBe('not-held');
    expect(found.checks.find(({ id }) => id === 'settings')).toMatchObject({
      ok: false,
      seen: expect.stringContaining('switched off'),
    });
  },
  { ...withCodex, timeout: 120_000 },
);
