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
  NATIVES,
  programOf,
  sourceDigest,
  toolsOf,
} from '../../tools/lib/native.ts';
import { inRoot } from '../../tools/lib/run.ts';

const built = JSON.parse(readFileSync(inRoot('native/built.json'), 'utf8'));
const say = (text: string): void => void process.stderr.write(`${text}\n`);

test('what is committed was built from this source: after a change run `npm run native`', () => {
  expect(built.musl).toBe(MUSL);
  expect(Object.keys(built.programs).sort()).toEqual([...NATIVES].sort());
  for (const name of NATIVES) {
    expect(sourceDigest(name), name).toBe(built.programs[name].source);
    for (const arch of ARCHITECTURES) {
      expect(digestOf(programOf(name, arch)), `${name} ${arch}`).toBe(built.programs[name][arch].sha256);
      // Whoever may write it decides for the agent; who starts it needs no more than that.
      expect(statSync(programOf(name, arch)).mode & 0o111, `${name} ${arch}`).toBe(0o111);
    }
  }
});

const all = NATIVES.flatMap((name) => ARCHITECTURES.map((arch) => ({ name, arch })));
test.each(all)('$name, $arch: the source builds the same bytes wherever it lies', ({ name, arch }) => {
  const tools = toolsOf(arch);
  if (tools === null) return say(`SKIPPED: nothing here builds castellan-${name} for ${arch}`);
  // .ci/run says so.
  const library = musl(arch, process.env.CASTELLAN_FETCH === '1');
  if (library === null) return say(`SKIPPED: Debian's musl-dev for ${arch} is not here (\`npm run native\` gets it)`);
  // Another folder than it was built in: no path may get into it.
  const folder = tempFolder();
  cpSync(inRoot('native'), join(folder, 'native'), { recursive: true });
  const out = join(folder, `castellan-${name}`);
  buildNative(name, arch, library, out, join(folder, 'native', 'build.sh'));
  expect(statSync(out).size).toBeLessThan(100_000);
  if (tools !== built.programs[name][arch].tools)
    return say(`BUILT, NOT COMPARED: ${arch} was made by "${built.programs[name][arch].tools}", here is "${tools}"`);
  expect(digestOf(out)).toBe(built.programs[name][arch].sha256);
});
