// `npm run bundle`: the daemon and the command in a few files each, for a quick start. `npm start` makes them when they
// are missing or stale.
import { rmSync } from 'node:fs';
import { rolldown } from 'rolldown';
import { inRoot } from './lib/run.ts';

async function bundleOne(name: 'daemon' | 'cli'): Promise<void> {
  const dir = inRoot('packages', name, 'dist');
  rmSync(dir, { recursive: true, force: true });
  const bundle = await rolldown({
    input: inRoot('packages', name, 'src', 'main.ts'),
    platform: 'node',
    logLevel: 'silent',
    transform: { define: { 'process.env.NODE_ENV': '"production"' } },
  });
  // Names stay readable: a stack trace in a report must say where.
  const minify = { compress: true, mangle: false, codegen: { removeWhitespace: true } };
  await bundle.write({ dir, format: 'esm', minify });
  await bundle.close();
}

export async function bundle(): Promise<void> {
  await Promise.all([bundleOne('daemon'), bundleOne('cli')]);
}

if (process.argv[1] === import.meta.filename) await bundle();
