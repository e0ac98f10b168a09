// The protocol's own conformance suite plays the server: what a bare client of the SDK does right, the gateway does right when a
// client uses that server through it. RULE: what is expected to differ is named here one by one, with its reason.
import { inRoot, verifies } from '@castellan/testkit';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { expect } from 'vitest';
import { connectMcp } from '../e2e/support/mcp.ts';
import { world } from '../e2e/support/world.ts';
import { addSafe, httpStart, mayAsk } from './support/behind.ts';
import { startControl } from './support/control.ts';
import { type Found, lost, passed, runSuite } from './support/suite.ts';
import { SCENARIOS, useServer } from './support/using.ts';

const CLIENT = `${process.execPath} ${inRoot('test', 'mcp', 'fixture', 'client.ts')}`;

/** The suite gives `null` for a boolean: what a tool's own schema does not take is refused before anything is sent. */
const REFUSED = 'http-custom-headers: sep-2243-client-omit-null';

async function runAll(scenarios: readonly string[], revision: string, env: Readonly<Record<string, string>>) {
  const found = new Map<string, Found extends ReadonlyMap<string, infer Checks> ? Checks : never>();
  const said: string[] = [];
  for (const scenario of scenarios) {
    const run = await runSuite(
      ['client', '--command', CLIENT, '--scenario', scenario, '--spec-version', revision],
      env,
    );
    for (const [name, checks] of run.found) found.set(name, checks);
    said.push(`${scenario}\n${run.ended.stderr.slice(-1500)}`);
  }
  return { found, said: said.join('\n') };
}

for (const revision of ['2025-11-25', '2026-07-28'])
  verifies(
    ['M2'],
    `conformance ${revision}, as a client: what the SDK's client does right the gateway does right`,
    async () => {
      await using bare = await startControl(async (task) =>
        useServer(task, new StreamableHTTPClientTransport(new URL(task.url))),
      );
      const direct = await runAll(SCENARIOS, revision, bare.env);
      expect([...direct.found.values()].filter(passed).length, direct.said).toBeGreaterThan(3);

      await using it = await world();
      const agent = await connectMcp(it);
      let count = 0;
      await using control = await startControl(async (task) => {
        const name = `suite-${++count}`;
        await addSafe(it, name, httpStart(task.url));
        await mayAsk(it, name);
        const url = new URL(`http://127.0.0.1:${it.daemon.state.port}/mcp/${name}`);
        const headers = { authorization: `Bearer ${agent.credential}` };
        await useServer(task, new StreamableHTTPClientTransport(url, { requestInit: { headers } }));
        // The suite waits until nobody is connected to its server.
        await it.daemon.request('DELETE', `/v1/modules/${name}`);
      });
      const through = await runAll(SCENARIOS, revision, control.env);
      const missed = lost(direct.found, through.found);
      expect(
        missed.filter((line) => !line.startsWith(REFUSED)),
        through.said,
      ).toEqual([]);
      expect(missed.length).toBe(revision === '2026-07-28' ? 1 : 0);
    },
    { timeout: 900_000 },
  );
