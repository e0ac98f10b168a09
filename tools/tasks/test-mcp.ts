// `npm run test:mcp`: the gateway with servers, clients and test suites that others wrote. They are installed once, below
// .cache; an installation that was tried and failed is a failure, not a skip.
import { bundleStale } from '../bundle.ts';
import { closingLine, freshResults, NONE, writeCounts } from '../lib/counts.ts';
import { installPeers, peersFolder } from '../lib/mcp-peers.ts';
import { runSuite } from '../lib/suite.ts';

async function testMcp(): Promise<number> {
  await bundleStale();
  if (await installPeers())
    return runSuite({
      name: 'mcp',
      folder: 'test/mcp',
      args: process.argv.slice(2),
      env: { CASTELLAN_MCP_PEERS: peersFolder },
    });
  const counts = { ...NONE, failed: 1 };
  writeCounts(freshResults('mcp').counts, counts);
  console.log(`what the gateway is tried with could not be installed\n${closingLine(counts)}`);
  return 1;
}

process.exitCode = await testMcp();
