// Where awk and sed are at hand: programs that are called pure do nothing but print. The readers here are other programs than
// the ones that run, and every difference is a place to hide. What runs, runs in a sandbox without a network or a disk.
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { awkDeeds } from '../src/commands/awk.ts';
import { sedDeeds } from '../src/commands/sed-script.ts';

const SEED = Number(process.env.CASTELLAN_SEED ?? 20_260_101);
const SANDBOX =
  '--ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/lib /lib --symlink usr/lib64 /lib64 --ro-bind-try /etc/alternatives /etc/alternatives --proc /proc --dev /dev --tmpfs /work --chdir /work --unshare-all --die-with-parent --cap-drop ALL --clearenv --setenv PATH /usr/bin'.split(
    ' ',
  );
const inSandbox = (script: string, programs: readonly string[]): readonly string[] | undefined => {
  const run = spawnSync('bwrap', [...SANDBOX, '/bin/sh', '-c', script, 'sh', ...programs], { encoding: 'utf8' });
  return run.status === 0 ? run.stdout.split('=NEXT=\n').slice(1) : undefined;
};
const loop = (tool: string): string =>
  `for p; do echo =NEXT=; rm -rf /work/*; printf 'a b\\nc/d "e"\\n' > /work/in; { echo secret > /work/key; timeout 0.3 ${tool} "$p" /work/in 2>/dev/null | head -c 2000; }; [ -e /work/out ] && echo HIT; done; true`;
const ready = inSandbox(loop('awk'), ['BEGIN{system("echo HIT")}'])?.[0]?.includes('HIT') === true;
const gnu = inSandbox(loop('sed'), ['1e echo HIT'])?.[0]?.includes('HIT') === true;
if (!ready) process.stderr.write('skipped: no awk, sed or sandbox to compare with\n');

const sample = (pieces: readonly string[], payloads: readonly string[], count: number): readonly string[] => {
  const some = fc.array(fc.constantFrom(...pieces), { maxLength: 7 }).map((parts) => parts.join(''));
  const program = fc
    .tuple(some, fc.constantFrom(...payloads), some)
    .map(([before, payload, behind]) => `${before}${payload}${behind}`);
  return fc.sample(program, { seed: SEED, numRuns: count });
};

const AWK_PIECES = [
  ' ',
  ';',
  '\n',
  '{',
  '}',
  '(',
  ')',
  '/',
  '"',
  '\\',
  '#',
  '$1',
  '++',
  '--',
  '=',
  '[',
  ']',
  'x',
  '2',
  ',',
  '<',
  '>',
  '|',
  '!',
  '~',
  '&&',
  '?',
  ':',
  'print ',
  'if (1) ',
  'while (x++<2) ',
  'length',
  'getline ',
  'BEGIN ',
  'BEGIN{',
  'END{',
  '/a/',
  '/"/',
  '/[/]/',
  '/[]/]/',
  'x = 4 /2',
  '"a\\""',
  '# "',
  'in ',
  'return ',
  'else ',
  '/=',
  '-',
  '%',
];
const AWK_PAYLOADS = [
  'system("echo HIT")',
  'print "HIT" > "out"',
  'print("HIT") >> "out"',
  'print 1 | "echo HIT"',
  '("echo HIT" | getline z); print z',
  'printf "HIT", 1, \n 2 > "out"',
];

test('an awk program that is called pure runs nothing and writes nothing', (context) => {
  if (!ready) return context.skip('no awk or sandbox');
  const programs = sample(AWK_PIECES, AWK_PAYLOADS, 1500).map((program) => `BEGIN{x=1}\n${program}`);
  const pure = programs.filter((program) => {
    const deeds = awkDeeds(program);
    return deeds !== undefined && deeds.runs.length + deeds.writes.length + deeds.reads.length === 0;
  });
  expect(pure.length).toBeGreaterThan(20);
  // A program that shows the word without running anything prints it as it stands, behind `echo`.
  const outputs = inSandbox(loop('awk'), pure) ?? [];
  expect(outputs).toHaveLength(pure.length);
  expect(pure.filter((_, index) => /^HIT$/m.test(outputs[index] ?? ''))).toEqual([]);
});

const SED_PIECES = [
  ' ',
  ';',
  '\n',
  '{',
  '}',
  '/',
  '\\',
  '#',
  '1',
  '$',
  ',',
  '!',
  '/a/',
  '\\,a,',
  's/a/b/',
  's,a,b,',
  's/[/]/x/',
  's/[[:alpha:]/]/x/',
  's/[]/]/x/',
  'y/a/b/',
  'a ',
  'a\\\n',
  'i\\',
  'c x',
  ':a',
  'ba',
  'n',
  'p',
  'd',
  'g',
  'w',
  'e',
  'r ',
  '[',
  ']',
  'I',
  'M',
  '0,',
  '+1',
  '~2',
  'q',
  'N;',
  '}',
];
const SED_PAYLOADS = ['w out', '1w out', '1e echo HIT', 's/.*/echo HIT/e', 's/a/HIT/w out', 's/./x/;w out'];

test('a sed script that is called pure runs nothing and writes nothing', (context) => {
  if (!ready || !gnu) return context.skip('no GNU sed or sandbox');
  const scripts = sample(SED_PIECES, SED_PAYLOADS, 1000).flatMap((script) => [script, `${script}\np`]);
  const pure = scripts.filter((script) => {
    const deeds = sedDeeds(script);
    return deeds !== undefined && deeds.runs.length + deeds.writes.length + deeds.reads.length === 0;
  });
  expect(pure.length).toBeGreaterThan(20);
  const outputs = inSandbox(loop('sed'), pure) ?? [];
  expect(outputs).toHaveLength(pure.length);
  expect(pure.filter((_, index) => /^HIT$/m.test(outputs[index] ?? ''))).toEqual([]);
});
