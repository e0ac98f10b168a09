// `npm run test:clients`: scenarios with real coding agents against a scripted model. The clients are large, so they are
// installed once, below CASTELLAN_CLIENTS (default ~/.cache/castellan-clients), by a harness that lies beside the checkout;
// without either the suite says that it is skipped.
import { existsSync, globSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { closingLine, freshResults, NONE, writeCounts } from '../lib/counts.ts';
import { inRoot, ROOT, run } from '../lib/run.ts';
import { runSuite } from '../lib/suite.ts';

const clients = resolve(ROOT, process.env.CASTELLAN_CLIENTS ?? resolve(homedir(), '.cache', 'castellan-clients'));
const harness = resolve(ROOT, process.env.CASTELLAN_HARNESS ?? '../shared/clients/harness');
const installer = resolve(harness, 'install-clients.sh');
const claude = 'node_modules/@anthropic-ai/claude-code/package.json';

/** Says why nothing ran, where nobody can overlook it, and counts it as one skipped. */
function skip(why: string): number {
  console.log(`\n${'!'.repeat(80)}\n  test:clients SKIPPED: ${why}\n${'!'.repeat(80)}\n`);
  const counts = { ...NONE, skipped: 1 };
  writeCounts(freshResults('clients').counts, counts);
  console.log(closingLine(counts));
  return 0;
}

async function testClients(): Promise<number> {
  if (globSync('test/clients/**/*.test.ts', { cwd: ROOT }).length === 0) return skip('test/clients has no tests yet');
  if (!existsSync(resolve(clients, 'claude-code', claude))) {
    if (!existsSync(installer)) return skip('no clients below CASTELLAN_CLIENTS and no harness to install them with');
    mkdirSync(clients, { recursive: true });
    console.log('installing the real clients (once, about 1.1 GB)');
    const { code } = await run('bash', [installer], { env: { RC_ROOT: clients } });
    if (code !== 0) {
      console.log(`the clients could not be installed\n${closingLine({ ...NONE, failed: 1 })}`);
      return 1;
    }
  }
  const env = { CASTELLAN_CLIENTS: clients, CASTELLAN_HARNESS: harness };
  const config = inRoot('vitest.slow.config.ts');
  return runSuite({ name: 'clients', config, args: ['test/clients', ...process.argv.slice(2)], env });
}

process.exitCode = await testClients();
