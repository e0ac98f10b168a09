// The real clients that agents are tried with: exact versions, below a folder outside of the checkout, because they are large and the same
// for every checkout. No install script is run: each brings its program in a package for this machine.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { ROOT, run } from './run.ts';

/** Versions the tables were measured with: `known` of each connector names them too. */
const CLIENTS = [
  { folder: 'claude-code', name: '@anthropic-ai/claude-code', version: '2.1.330' },
  { folder: 'opencode', name: 'opencode-ai', version: '1.18.33' },
  { folder: 'codex', name: '@openai/codex', version: '0.169.0' },
] as const;

/** Where they are: `CASTELLAN_CLIENTS`, or a folder of the person's cache. */
export const clientsFolder = resolve(
  ROOT,
  process.env.CASTELLAN_CLIENTS ?? join(homedir(), '.cache', 'castellan-clients'),
);

function installed(folder: string, name: string): string | null {
  const file = join(clientsFolder, folder, 'node_modules', name, 'package.json');
  return existsSync(file) ? String(JSON.parse(readFileSync(file, 'utf8')).version) : null;
}

/** Installs those that are missing or of another version. @returns whether all are there. */
export async function installClients(): Promise<boolean> {
  for (const { folder, name, version } of CLIENTS) {
    if (installed(folder, name) === version) continue;
    const into = join(clientsFolder, folder);
    mkdirSync(into, { recursive: true });
    if (!existsSync(join(into, 'package.json'))) writeFileSync(join(into, 'package.json'), '{"private":true}\n');
    console.log(`installing ${name} ${version} (once; the three clients take about 1.1 GB)`);
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--save-exact'];
    const { code } = await run('npm', ['install', '--prefix', into, ...options, `${name}@${version}`]);
    if (code !== 0 || installed(folder, name) !== version) return false;
  }
  return true;
}
