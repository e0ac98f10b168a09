// The program of the children that run scripts, in one file as it is shipped, made of the sources as they stand.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

export async function scriptChild(): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'castellan-bench-child-'));
  const bundle = await rolldown({
    input: join(import.meta.dirname, '../../packages/sandbox/src/child/main.ts'),
    platform: 'node',
    logLevel: 'silent',
  });
  const minify = { compress: true, mangle: false, codegen: { removeWhitespace: true } };
  await bundle.write({ dir, format: 'cjs', minify, entryFileNames: 'main.cjs' });
  await bundle.close();
  return join(dir, 'main.cjs');
}
