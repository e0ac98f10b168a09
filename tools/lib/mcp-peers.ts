// What the gateway is tried and measured with: real servers, the conformance suite, the Inspector, other gateways. Exact
// versions by a lock file of their own, below .cache, so that none of it ever stands beside what we ship.
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot, run } from './run.ts';

const source = inRoot('test', 'mcp', 'peers');
const FILES = ['package.json', 'package-lock.json', '.npmrc'];

/** Where they are installed: `node_modules` lies in it. */
export const peersFolder = inRoot('.cache', 'mcp-peers');

const text = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');

/** Installs them where the lock file is another one than the one that was installed. @returns whether they are there. */
export async function installPeers(): Promise<boolean> {
  const done = join(peersFolder, 'installed-lock.json');
  const wanted = text(join(source, 'package-lock.json'));
  if (text(done) === wanted) return true;
  mkdirSync(peersFolder, { recursive: true });
  for (const file of FILES) cpSync(join(source, file), join(peersFolder, file));
  console.log('installing what the MCP gateway is tried with (once, about 260 MB)');
  const { code } = await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: peersFolder,
  });
  if (code !== 0) return false;
  cpSync(join(source, 'package-lock.json'), done);
  return true;
}
