// `npm run native`: builds the native hook client for each architecture into packages/agents/bin and writes down what made it
// (native/built.json), which test/native holds the committed programs against. Needs Debian's gcc, gcc-aarch64-linux-gnu and apt.
import { chmodSync, copyFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { ARCHITECTURES, buildNative, digestOf, MUSL, musl, programOf, sourceDigest, toolsOf } from '../lib/native.ts';
import { inRoot } from '../lib/run.ts';

const programs: Record<string, { readonly sha256: string; readonly tools: string }> = {};
const made = inRoot('.cache', 'native');
mkdirSync(made, { recursive: true });
for (const arch of ARCHITECTURES) {
  const tools = toolsOf(arch);
  if (tools === null) throw new Error(`there is no compiler for ${arch}: apt-get install gcc gcc-aarch64-linux-gnu`);
  const folder = musl(arch, true);
  if (folder === null) throw new Error(`Debian's musl-dev for ${arch} cannot be had`);
  const out = inRoot('.cache', 'native', `castellan-hook-${arch}`);
  rmSync(out, { force: true });
  buildNative(arch, folder, out);
  if (!existsSync(out)) throw new Error(`nothing was built for ${arch}`);
  // Renamed into place: whoever runs the old one keeps it.
  copyFileSync(out, `${programOf(arch)}.new`);
  chmodSync(`${programOf(arch)}.new`, 0o755);
  renameSync(`${programOf(arch)}.new`, programOf(arch));
  programs[arch] = { sha256: digestOf(out), tools };
  console.log(`${arch}: ${programs[arch].sha256}`);
}
writeFileSync(
  inRoot('native/built.json'),
  `${JSON.stringify({ musl: MUSL, source: sourceDigest(), programs }, null, 2)}\n`,
);
