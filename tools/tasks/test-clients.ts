// `npm run test:clients`: scenarios with real coding agents against a scripted model. The clients are large, so they are
// installed once, below CASTELLAN_CLIENTS (default ~/.cache/castellan-clients), by a harness that lies beside the checkout.
// Without clients and harness every scenario is skipped, and this says so.

import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { bundleStale } from '../bundle.ts';
import { closingLine, freshResults, NONE, writeCounts } from '../lib/counts.ts';
import { installPeers, peersFolder } from '../lib/mcp-peers.ts';
import { ROOT, run } from '../lib/run.ts';
import { runSuite } from '../lib/suite.ts';

const clients = resolve(ROOT, process.env.CASTELLAN_CLIENTS ?? join(homedir(), '.cache', 'castellan-clients'));
const harness = resolve(ROOT, process.env.CASTELLAN_HARNESS ?? '../shared/clients/harness');
const installer = join(harness, 'install-clients.sh');

const present = (): boolean =>
  process.env.CASTELLAN_CLAUDE !== undefined ||
  existsSync(join(clients, 'claude-code', 'node_modules', '@anthropic-ai', 'claude-code', 'package.json'));

/** Whether the suite can go on: an installation that was tried and failed is a failure, not a skip. */
async function install(): Promise<boolean> {
  if (present()) return true;
  if (!existsSync(installer)) {
    const rule = '!'.repeat(80);
    console.log(`${rule}\n  SKIPPED: no real client below ${clients}, and no harness to install one with\n${rule}`);
    return true;
  }
  mkdirSync(clients, { recursive: true });
  console.log('installing the real clients (once, about 1.1 GB)');
  const { code } = await run('bash', [installer], { env: { RC_ROOT: clients } });
  return code === 0;
}

async function testClients(): Promise<number> {
  await bundleStale();
  if ((await install()) && (await installPeers())) {
    const env = { CASTELLAN_CLIENTS: clients, CASTELLAN_HARNESS: harness, CASTELLAN_MCP_PEERS: peersFolder };
    return runSuite({ name: 'clients', folder: 'test/clients', args: process.argv.slice(2), env });
  }
  const counts = { ...NONE, failed: 1 };
  writeCounts(freshResults('clients').counts, counts);
  console.log(`the real clients or the servers they use could not be installed\n${closingLine(counts)}`);
  return 1;
}

process.exitCode = await testClients();
