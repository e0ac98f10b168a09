// `npm run native`: builds the native programs for each architecture into the packages that bring them and writes down what made them
// (native/built.json), which test/native holds the committed programs against. Needs Debian's gcc, gcc-aarch64-linux-gnu and apt.
import { chmodSync, copyFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  ARCHITECTURES,
  type Architecture,
  buildNative,
  digestOf,
  MUSL,
  musl,
  NATIVES,
  type Native,
  programOf,
  sourceDigest,
  toolsOf,
} from '../lib/native.ts';
import { inRoot } from '../lib/run.ts';

mkdirSync(inRoot('.cache', 'native'), { recursive: true });

function built(name: Native, arch: Architecture): { readonly sha256: string; readonly tools: string } {
  const tools = toolsOf(arch);
  if (tools === null) throw new Error(`there is no compiler for ${arch}: apt-get install gcc gcc-aarch64-linux-gnu`);
  const folder = musl(arch, true);
  if (folder === null) throw new Error(`Debian's musl-dev for ${arch} cannot be had`);
  const out = inRoot('.cache', 'native', `castellan-${name}-${arch}`);
  rmSync(out, { force: true });
  buildNative(name, arch, folder, out);
  if (!existsSync(out)) throw new Error(`nothing was built for ${arch}`);
  // Renamed into place: whoever runs the old one keeps it.
  const program = programOf(name, arch);
  mkdirSync(dirname(program), { recursive: true });
  copyFileSync(out, `${program}.new`);
  chmodSync(`${program}.new`, 0o755);
  renameSync(`${program}.new`, program);
  const sha256 = digestOf(out);
  console.log(`${name} ${arch}: ${sha256}`);
  return { sha256, tools };
}

const programs = Object.fromEntries(
  NATIVES.map((name) => [
    name,
    { source: sourceDigest(name), ...Object.fromEntries(ARCHITECTURES.map((arch) => [arch, built(name, arch)])) },
  ]),
);
writeFileSync(inRoot('native/built.json'), `${JSON.stringify({ musl: MUSL, programs }, null, 2)}\n`);
