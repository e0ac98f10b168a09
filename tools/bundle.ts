// `npm run bundle`: the daemon and the command in a few files each, for a quick start, and the pages. `npm start` makes them when they
// are missing or stale.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseManifest, parseRuleFile } from '@castellan/contract';
import { parseStrictYaml, readyFile, shippedPolicyFolder, textDigest } from '@castellan/facts';
import { rolldown } from 'rolldown';
import { inRoot } from './lib/run.ts';
import { buildWeb } from './lib/web-build.ts';

async function bundleOne(name: 'daemon' | 'cli'): Promise<void> {
  const dir = inRoot('packages', name, 'dist');
  rmSync(dir, { recursive: true, force: true });
  const bundle = await rolldown({
    input: inRoot('packages', name, 'src', 'main.ts'),
    platform: 'node',
    // A binary for each platform: found in node_modules, or not there, which is no fault.
    external: ['@napi-rs/keyring', '@lydell/node-pty'],
    logLevel: 'silent',
    // A package that has both forms is taken as modules: its other form may load its parts by names that only node knows.
    resolve: { mainFields: ['module', 'main'] },
    transform: { define: { 'process.env.NODE_ENV': '"production"' } },
  });
  // Names stay readable: a stack trace in a report must say where.
  const minify = { compress: true, mangle: false, codegen: { removeWhitespace: true } };
  // In the order it was written: a library of passkeys has parts that must run before others, and fails without.
  await bundle.write({ dir, format: 'esm', minify, strictExecutionOrder: name === 'daemon' });
  await bundle.close();
}

/** The shipped policy as its parsers read it: see packages/facts/src/ready.ts. */
function readyPolicy(): void {
  const made: Record<string, unknown> = {};
  for (const [folder, parse] of [
    ['modules', parseManifest],
    ['rules', parseRuleFile],
  ] as const)
    for (const name of readdirSync(`${shippedPolicyFolder}/${folder}`)) {
      const text = readFileSync(`${shippedPolicyFolder}/${folder}/${name}`, 'utf8');
      const yaml = parseStrictYaml(text, name);
      const value = yaml.ok ? parse(yaml.value.value) : yaml;
      // A faulty file is left to be read, and reported, as YAML.
      if (value.ok) made[textDigest(text)] = value.value;
    }
  const file = readyFile(shippedPolicyFolder);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(made));
}

export async function bundle(): Promise<void> {
  readyPolicy();
  await Promise.all([bundleOne('daemon'), bundleOne('cli'), buildWeb()]);
}

if (process.argv[1] === import.meta.filename) await bundle();
