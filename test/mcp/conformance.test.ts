// The protocol's own conformance suite, against a server directly and against the same server behind the gateway: what passes
// without us passes with us. RULE: what is expected to differ is named here one by one, with its reason.
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { addModule, connectMcp } from '../e2e/support/mcp.ts';
import { world } from '../e2e/support/world.ts';
import { TOOLS } from './fixture/content.ts';
import { startFixture } from './fixture/server.ts';
import { httpStart, mayAsk } from './support/behind.ts';
import { startForwarder } from './support/forwarder.ts';
import { lost, passed, runSuite } from './support/suite.ts';

const REBINDING = 'dns-rebinding-protection';

for (const revision of ['2025-11-25', '2026-07-28'])
  verifies(
    ['K5', 'M2'],
    `conformance ${revision}: what passes directly passes through the gateway, and no page of another name gets in`,
    async () => {
      await using fixture = await startFixture();
      const required = ['server', '--requirements', revision, '--url'];
      const direct = await runSuite([...required, fixture.url]);
      expect(passed(direct.found.get(REBINDING)), 'the fixture itself does not look at names').toBe(false);
      expect([...direct.found.values()].filter(passed).length).toBeGreaterThan(25);

      await using it = await world();
      const safe = TOOLS.map(({ name }) => name);
      await addModule(it, 'fixture', httpStart(fixture.url), safe);
      // What it asks of the person or the model would be for a person, each time.
      await mayAsk(it, 'fixture');
      const agent = await connectMcp(it);
      await using forwarder = await startForwarder(it.daemon.state.port, agent.credential);
      const through = await runSuite([...required, `http://localhost:${forwarder.port}/mcp/fixture`]);
      const said = through.ended.stdout.slice(-6000);
      expect(lost(direct.found, through.found), said).toEqual([]);
      expect(passed(through.found.get(REBINDING)), said).toBe(true);
    },
    { timeout: 900_000 },
  );
