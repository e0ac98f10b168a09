// The children's program in one file, made anew for each file of tests: what is tested is what stands in the sources now.
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '@castellan/testkit';
import { rolldown } from 'rolldown';

export async function bundledChild(): Promise<string> {
  const dir = tempFolder('child');
  // As root, children are nobody's.
  chmodSync(dir, 0o755);
  const bundle = await rolldown({
    input: join(import.meta.dirname, '../../src/child/main.ts'),
    platform: 'node',
    logLevel: 'silent',
  });
  await bundle.write({ dir, format: 'cjs', entryFileNames: 'main.cjs' });
  await bundle.close();
  return join(dir, 'main.cjs');
}
