// Where bash (and zsh) are at hand: scripts made of values, functions, loops, arrays and streams are run where no program can be
// found, and every name the shell looked for must have been reported; where the analysis is certain, with the very arguments.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are shell text
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { lexical } from '../src/names.ts';
import { analyse, HOME } from './support/world.ts';

const SEED = Number(process.env.CASTELLAN_SEED ?? 20_260_202);
const RUNS = Number(process.env.CASTELLAN_RUNS ?? 1500);
const folder = mkdtempSync(`${tmpdir()}/castellan-core-`);
for (const name of ['a.md', 'b.md', 'c d']) writeFileSync(`${folder}/${name}`, '');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const name = fc.constantFrom('x', 'y', 'a');
const plain = fc.constantFrom('cma', 'cmb', 'cmc', '1', '2', '"p q"', "'r'", 'cmd e', '', '*', 'x');

const { script, word } = fc.letrec<{ script: string; word: string; test: string }>((tie) => ({
  word: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    plain.map((text) => text.split(' ')[0] ?? ''),
    name.map((each) => `$${each}`),
    name.map((each) => `"$${each}"`),
    name.map((each) => `"\${${each}[@]}"`),
    name.map((each) => `\${${each}[0]}`),
    fc.constantFrom(
      '$1',
      '"$@"',
      '$#',
      '$*',
      '"$2"',
      '${x%m*}',
      '${x#c}',
      '${y/c/d}',
      '${x:-cmz}',
      '${x:+cmy}',
      '${x:0:2}',
      '${#x}',
      '${!y}',
      '${x^^}',
    ),
    fc.constantFrom('{cmg,cmh}', 'cm{1..2}', "$'\\x63mi'", '~', '$((1+2))', '$((x+1))', '*.md', '$"cmj"', '<(cmk)'),
    tie('script').map((inner) => `$(${inner})`),
    tie('script').map((inner) => `"$(${inner})"`),
  ),
  test: fc.oneof(
    fc.tuple(tie('word'), tie('word')).map(([a, b]) => `[ ${a} = ${b} ]`),
    fc.tuple(tie('word'), tie('word')).map(([a, b]) => `[[ ${a || 'z'} == ${b || 'z'} ]]`),
    fc.tuple(tie('word'), tie('word')).map(([a, b]) => `[ ${a} -lt ${b} ]`),
    tie('word').map((a) => `[ -n ${a} ]`),
    tie('word').map((a) => `[[ -z ${a || 'z'} ]]`),
    fc.constantFrom('true', 'false', '(( 1 < 2 ))', '(( x == 1 ))', '! true'),
  ),
  script: fc.oneof(
    { depthSize: 'small', maxDepth: 5 },
    fc.tuple(tie('word'), tie('word')).map(([a, b]) => `${a === '' ? 'cmn' : a} ${b}`),
    fc.array(tie('word'), { minLength: 1, maxLength: 2 }).map((words) => `touch -- ${words.join(' ')}`),
    fc.array(tie('word'), { minLength: 1, maxLength: 2 }).map((words) => `touch -- ${words.join('')}`),
    fc.tuple(name, plain).map(([a, b]) => `${a}=${b.replaceAll(/^(\w+) (\w+)$/g, '$1$2')}`),
    fc.tuple(name, tie('word')).map(([a, b]) => `${a}=${b.startsWith('<(') ? 'w' : b}`),
    fc.tuple(name, tie('word'), tie('word')).map(([a, b, c]) => `${a}=(${b} ${c})`),
    fc.tuple(name, tie('word')).map(([a, b]) => `${a}+=${b.startsWith('<(') ? 'w' : b}`),
    fc.tuple(tie('word'), tie('word')).map(([a, b]) => `set -- ${a} ${b}`),
    tie('word').map((a) => `echo ${a}`),
    tie('word').map((a) => `printf %s ${a === '' ? 'q' : a}`),
    fc.tuple(name, tie('word')).map(([a, b]) => `printf -v ${a} %s ${b}`),
    fc.tuple(name, tie('word')).map(([a, b]) => `read ${a} <<< ${b === '' ? 'q' : b}`),
    fc.tuple(name, tie('word')).map(([a, b]) => `local ${a}=${b.startsWith('<(') ? 'w' : b}`),
    tie('script').map((inner) => `eval ${quote(inner)}`),
    tie('word').map((a) => `eval ${a}`),
    fc.constantFrom(
      'shift',
      'return',
      'break',
      'continue',
      'x=$((x+1))',
      '((y++))',
      'true',
      'false',
      'f',
      'g 1',
      'f cmo "p q"',
      'unset x',
      ':',
    ),
    fc.tuple(fc.constantFrom('f', 'g', 'cma', 'echo'), tie('script')).map(([a, b]) => `${a}() { ${b}\n}`),
    fc.tuple(tie('test'), tie('script'), tie('script')).map(([a, b, c]) => `if ${a}; then ${b}\nelse ${c}\nfi`),
    fc
      .tuple(name, tie('word'), tie('word'), tie('script'))
      .map(([a, b, c, d]) => `for ${a} in ${b} ${c}; do ${d}\ndone`),
    fc
      .tuple(tie('word'), plain, tie('script'), tie('script'))
      .map(
        ([a, b, c, d]) =>
          `case ${a === '' ? 'z' : a} in ${b === '' || b.includes(' ') ? 'c*' : b}) ${c}\n;; *) ${d}\n;; esac`,
      ),
    fc.tuple(tie('test'), tie('script')).map(([a, b]) => `while ${a}; do ${b}\nbreak\ndone`),
    fc.tuple(tie('script'), tie('script')).map(([a, b]) => `${a}\n${b}`),
    fc.tuple(tie('script'), tie('script')).map(([a, b]) => `{ ${a}\n} && { ${b}\n}`),
    fc.tuple(tie('script'), tie('script')).map(([a, b]) => `{ ${a}\n} || { ${b}\n}`),
    fc.tuple(tie('script'), tie('script')).map(([a, b]) => `{ ${a}\n} | { ${b}\n}`),
    tie('script').map((inner) => `( ${inner}\n)`),
    tie('script').map((inner) => `{ ${inner}\n} | while read l; do $l\ndone`),
    tie('script').map((inner) => `trap ${quote(inner)} EXIT`),
    tie('word').map((a) => `source <(echo ${a})`),
    tie('script').map((inner) => `source /dev/stdin <<< ${quote(inner)}`),
  ),
}));
void word;

interface Shell {
  readonly name: string;
  readonly path: string;
  readonly args: readonly string[];
  readonly prelude: string;
}
/** What a program would have been started with, said instead of done. */
const SAYING = 'touch() { shift; for i in "$@"; do builtin printf "touch %s\\0" "$i" >&9; done; }\n';
const SHELLS: readonly Shell[] = [
  {
    name: 'bash',
    path: '/bin/bash',
    args: ['--norc', '-c'],
    prelude: `${SAYING}command_not_found_handle() { builtin printf "%s\\0" "$1" >&9; return 0; }\n`,
  },
  {
    name: 'zsh',
    path: '/usr/bin/zsh',
    args: ['-f', '-c'],
    prelude: `${SAYING}command_not_found_handler() { builtin printf "%s\\0" "$1" >&9; return 0; }\n`,
  },
];

/** Where the scripts begin: values, an array, parameters and functions that are known. */
const START = 'x=cmx y=x a=(cmp cmq)\nset -- cms cmt\nf() { "$@"; }\ng() { cmu$1 "$x"; }\n';

/** Functions named like builtins count as found when their body is: what is looked for is only what no table knows. */
const generated = fc.sample(fc.array(script, { minLength: 1, maxLength: 4 }), { numRuns: RUNS, seed: SEED });

for (const shell of SHELLS) {
  const there = spawnSync(shell.path, ['-c', 'echo ok']).stdout?.toString() === 'ok\n';
  if (!there) process.stderr.write(`skipped: no ${shell.name} to compare with\n`);
  test.skipIf(!there)(
    `${shell.name}: every name it looks for was reported, or the whole is not certain`,
    { timeout: 120_000 },
    () => {
      let ran = 0;
      const missed: (readonly [string, readonly string[]])[] = [];
      let compared = 0;
      for (const lines of generated) {
        const text = `${START}${lines.join('\n')}`;
        const effects = analyse(text, { workspace: folder });
        const told = effects.every(
          ({ kind, target, certainty, note }) =>
            (kind !== 'unknown' && note?.startsWith('whatever matches') !== true && certainty !== 'unknown') ||
            (kind === 'execute' && /^[^\s/]*$/.test(target)),
        );
        if (!told) continue;
        compared += 1;
        const result = spawnSync(shell.path, [...shell.args, `${shell.prelude}eval ${quote(text)}`], {
          cwd: folder,
          env: { HOME, PATH: '/nonexistent' },
          stdio: ['ignore', 'ignore', 'ignore', 'ignore', 'ignore', 'ignore', 'ignore', 'ignore', 'ignore', 'pipe'],
          timeout: 2000,
        });
        const names = String(result.output?.[9] ?? '')
          .split('\0')
          .filter((each) => each !== '' && !/^touch \/(?:dev|proc\/self)\/fd\/\d+$/.test(each))
          .map((each) => (each.startsWith('touch ') ? `touch ${lexical(folder, each.slice(6))}` : each));
        ran += names.length;
        const found = new Set(
          effects.flatMap(({ kind, target }) =>
            kind === 'execute' ? [target] : kind === 'write' ? [`touch ${target}`] : [],
          ),
        );
        const without = names.filter((each) => !found.has(each) && !found.has(`${each}}`));
        if (without.length > 0) missed.push([text.slice(START.length), without]);
      }
      process.stderr.write(`${shell.name}: ${compared} scripts compared, ${ran} names looked for\n`);
      expect(missed.slice(0, 6)).toEqual([]);
      expect(compared).toBeGreaterThan(RUNS / 20);
      expect(ran).toBeGreaterThan(RUNS / 10);
    },
  );
}
