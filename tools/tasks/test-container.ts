// `npm run test:container`: builds the images of container/ and attacks what compose.yaml starts of them, from within. Where no container can be
// started it says so and counts nothing as shown. Arguments go to Vitest.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { clientsFolder, installClients } from '../lib/clients.ts';
import { buildImages, engine, withoutContainers, withProgram } from '../lib/containers.ts';
import { runSuite } from '../lib/suite.ts';

/** What the suite is told of the engine and the images; nothing where there are none. */
async function prepared(): Promise<Readonly<Record<string, string>>> {
  const why = withoutContainers();
  if (why !== null) {
    process.stderr.write(`SKIPPED: the containers: ${why}\n`);
    return {};
  }
  const claude = join(clientsFolder, 'claude-code/node_modules/@anthropic-ai/claude-code-linux-x64/claude');
  if (!(await installClients()) || !existsSync(claude)) {
    process.stderr.write('SKIPPED: the containers: there is no Claude Code for this machine that an agent could be\n');
    return {};
  }
  const own = engine();
  console.log('building the images (a minute or two; half a minute more the first time)');
  await buildImages(own);
  await withProgram(own, 'localhost/castellan-agent-claude', claude, 'claude');
  return { CASTELLAN_CONTAINERS: JSON.stringify(own) };
}

process.exitCode = await runSuite({
  name: 'container',
  folder: 'test/container',
  args: process.argv.slice(2),
  env: await prepared(),
});
