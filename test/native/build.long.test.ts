// The native programs that are committed are what their source builds: their digests always, their bytes where the compiler that
// made them is here. A program nobody can rebuild is one nobody can review.
import { cpSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '@castellan/testkit';
import { expect, test } from 'vitest';
import {
  ARCHITECTURES,
  buildNative,
  digestOf,
  MUSL,
  musl,
  programOf,
  sourceDigest,
  toolsOf,
} from '../../tools/lib/native.ts';
import { inRoot } from '../../tools/lib/run.ts';

const built = JSON.parse(readFileSync(inRoot('native/built.json'), 'utf8'));
const say = (text: string): void => void process.stderr.write(`${text}\n`);

test('what is committed was built from this source: after a change run `npm run native`', () => {
  expect(built.musl).toBe(MUSL);
  expect(sourceDigest()).toBe(built.source);
  for (const arch of ARCHITECTURES) {
    expect(digestOf(programOf(arch)), arch).toBe(built.programs[arch].sha256);
    // Whoever may write it decides for the agent; who starts it needs no more than that.
    expect(statSync(programOf(arch)).mode & 0o111, arch).toBe(0o111);
  }
});

test.each(ARCHITECTURES)('%s: the source builds the same bytes wherever it lies', (arch) => {
  const tools = toolsOf(arch);
  if (tools === null) return say(`SKIPPED: nothing here builds the native hook client for ${arch}`);
  // .ci/run says so.
  const library = musl(arch, process.env.CASTELLAN_FETCH === '1');
  if (library === null) return say(`SKIPPED: Debian's musl-dev for ${arch} is not here (\`npm run native\` gets it)`);
  // Another folder than it was built in: no path may get into it.
  const folder = tempFolder();
  cpSync(inRoot('native'), join(folder, 'native'), { recursive: true });
  const out = join(folder, 'castellan-hook');
  buildNative(arch, library, out, join(folder, 'native', 'build.sh'));
  expect(statSync(out).size).toBeLessThan(100_000);
  if (tools !== built.programs[arch].tools)
    return say(`BUILT, NOT COMPARED: ${arch} was made by "${built.programs[arch].tools}", here is "${tools}"`);
  expect(digestOf(out)).toBe(built.programs[arch].sha256);
});
