// `npm run test:clients`: scenarios with real coding agents against a scripted model, and with servers that others wrote. What is missing
// is installed once; an installation that was tried and failed is a failure, not a skip.
import { bundleStale } from '../bundle.ts';
import { clientsFolder, installClients } from '../lib/clients.ts';
import { closingLine, freshResults, NONE, writeCounts } from '../lib/counts.ts';
import { installPeers, peersFolder } from '../lib/mcp-peers.ts';
import { runSuite } from '../lib/suite.ts';

async function testClients(): Promise<number> {
  await bundleStale();
  if ((await installClients()) && (await installPeers())) {
    const env = { CASTELLAN_CLIENTS: clientsFolder, CASTELLAN_MCP_PEERS: peersFolder };
    return runSuite({ name: 'clients', folder: 'test/clients', args: process.argv.slice(2), env });
  }
  const counts = { ...NONE, failed: 1 };
  writeCounts(freshResults('clients').counts, counts);
  console.log(`the real clients or the servers they use could not be installed\n${closingLine(counts)}`);
  return 1;
}

process.exitCode = await testClients();
