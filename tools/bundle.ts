// `npm run bundle`: the daemon and the command in a few files each, for a quick start, and the pages. `npm start` makes them when they
// are missing or stale.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseManifest, parseRuleFile } from '@castellan/contract';
import { parseStrictYaml, readyFile, shippedPolicyFolder, textDigest } from '@castellan/facts';
import { rolldown } from 'rolldown';
import { arePagesFresh, areProgramsFresh } from '../packages/cli/src/bundles.ts';
import { inRoot } from './lib/run.ts';
import { buildWeb } from './lib/web-build.ts';

/** What starts a process of its own: the daemon, the command, and what runs inside of walls (a script, the helper of a workspace), which is
 * there sooner in the older form. */
const ENTRIES = {
  daemon: { in: 'daemon', from: 'src/main.ts', to: 'main.js', format: 'esm' },
  cli: { in: 'cli', from: 'src/main.ts', to: 'main.js', format: 'esm' },
  script: { in: 'sandbox', from: 'src/child/main.ts', to: 'main.cjs', format: 'cjs' },
  workspace: { in: 'sandbox', from: 'src/workspace/inside/main.ts', to: 'workspace.cjs', format: 'cjs' },
  verify: { in: 'ledger', from: 'src/verify/block-worker.ts', to: 'block-worker.js', format: 'esm' },
} as const;

async function bundleOne(name: keyof typeof ENTRIES): Promise<void> {
  const { in: place, from, to, format } = ENTRIES[name];
  const dir = inRoot('packages', place, 'dist');
  const made = inRoot('.cache', `bundle-${name}-${process.pid}`);
  const bundle = await rolldown({
    input: inRoot('packages', place, from),
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
  await bundle.write({ dir: made, format, entryFileNames: to, minify, strictExecutionOrder: name === 'daemon' });
  await bundle.close();
  takeOn(made, dir, to);
}

/** Whoever runs the one before may load a part of it later. */
const HOUR_MS = 3_600_000;

/**
 * INVARIANT: the entry comes last and whole, so that whoever finds it finds all of it; and parts of the one before stay for as long
 * as a daemon or a test that was started from it may want them.
 */
function takeOn(made: string, dir: string, entry: string): void {
  mkdirSync(dir, { recursive: true });
  const files = readdirSync(made).toSorted((a, b) => Number(a === entry) - Number(b === entry));
  for (const file of files) renameSync(join(made, file), join(dir, file));
  rmSync(made, { recursive: true });
  for (const file of readdirSync(dir)) {
    const old = join(dir, file);
    if (!files.includes(file) && statSync(old).mtimeMs < Date.now() - HOUR_MS) rmSync(old, { recursive: true });
  }
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

async function bundlePrograms(): Promise<void> {
  readyPolicy();
  await Promise.all([
    bundleOne('daemon'),
    bundleOne('cli'),
    bundleOne('script'),
    bundleOne('workspace'),
    bundleOne('verify'),
  ]);
}

export async function bundle(): Promise<void> {
  await Promise.all([bundlePrograms(), buildWeb()]);
}

/** What is missing or older than what it is made of. */
export async function bundleStale(): Promise<void> {
  await Promise.all([areProgramsFresh() ? null : bundlePrograms(), arePagesFresh() ? null : buildWeb()]);
}

if (process.argv[1] === import.meta.filename) await bundle();
