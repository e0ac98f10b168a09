// Where bash (and zsh) are at hand: strings with escapes, ends of here-documents and lists with something behind them, put together
// at random. What is called certain is what the shells pass on, and every name they look for was reported.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are shell text
import { execFileSync, spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ansiText } from '../src/ansi-string.ts';
import { analyse } from './support/world.ts';

const SEED = Number(process.env.CASTELLAN_SEED ?? 20_260_303);
const SHELLS = [
  { name: 'bash', path: '/bin/bash', args: ['--norc', '--noprofile'] },
  { name: 'zsh', path: '/bin/zsh', args: ['-f'] },
].map((shell) => ({ ...shell, there: spawnSync(shell.path, [...shell.args, '-c', ':']).status === 0 }));
for (const { name, there } of SHELLS) if (!there) process.stderr.write(`skipped: no ${name} to compare with\n`);

const of = (text: string): readonly string[] => text.split(' ');
const inside = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'a',
      'Z',
      '0',
      '1',
      '7',
      '8',
      'f',
      '41',
      '{',
      '}',
      ' ',
      '/',
      '.',
      'x',
      'u',
      '"',
      '$x',
      '`',
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ...of(
        '\\n \\t \\\\ \\\' \\" \\? \\x41 \\x6 \\x \\x{ \\x{41} \\101 \\41 \\0 \\60 \\501 \\400 \\8 \\u41 \\u0041 \\u \\u{ \\uE9',
      ),
      ...of('\\U00000041 \\U \\U00110000 \\a \\e \\c \\cj \\q \\. \\/ \\$ \\M-a \\C-a \\x00 \\xff'),
    ),
  },
);
const strings = fc
  .sample(fc.array(inside, { minLength: 1, maxLength: 5 }), { numRuns: 4000, seed: SEED })
  .map((parts) => `$'${parts.join('')}'`);

for (const shell of SHELLS) {
  test.skipIf(!shell.there)(`a string with escapes is the text that ${shell.name} makes of it`, () => {
    const told = strings.flatMap((string) => {
      const text = ansiText(string);
      return text === undefined ? [] : [{ string, text }];
    });
    expect(told.length).toBeGreaterThan(1000);
    const input = told.map(({ string }) => `printf '%s\\0' ${string}`).join('\n');
    const output = execFileSync(shell.path, [...shell.args], { input, env: { LANG: 'C.UTF-8' }, maxBuffer: 1e7 });
    const words = output.toString('utf8').split('\0');
    expect(told.map(({ string }, at) => [string, words[at]])).toEqual(told.map(({ string, text }) => [string, text]));
  });
}

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const bit = fc.constantFrom(
  ...of(
    'E F \'E\' "E" \\E $x ${x} $(cme) `cme` $\'E\' $"E" \'\' \\$ "\\$" "$x" $[1] <(cme) {a,b} # ! ~ = $( ${ ` " ) (',
  ),
  '\\\n',
  "'a b'",
  '\\\t',
  '$(case x in x) cmf;; esac)',
  "${x:-'}'}",
  '$(echo ")")',
);
const some = fc.array(bit, { minLength: 1, maxLength: 2 }).map((bits) => bits.join(''));
const ended = fc
  .tuple(fc.constantFrom('<<', '<<-', '<< '), some, some, fc.constantFrom('', '; cmb', ' | cmb', ')'))
  .map(([operator, end, line, behind]) => `cma ${operator}${end}${behind}\n$(cmc)\n${line}\ncmd\n${end}\ncmg\nE\ncmh`);
const listed = fc
  .tuple(
    fc.constantFrom('a=', 'a+=', 'a[0]=', 'LC_ALL='),
    some,
    fc.option(some),
    fc.constantFrom('', ' cmb', '; "${a[0]}"'),
  )
  .map(([begin, inner, behind, then]) => `${begin}(${inner})${behind ?? ''}${then}`);

test.skipIf(SHELLS[0]?.there !== true)('every name bash looks for around such ends and lists was reported', () => {
  // No program can be found, so bash only says what it would have run.
  const prelude = 'command_not_found_handle() { builtin printf "%s\\0" "$1" >&9; return 0; }\n';
  const missed: (readonly [string, readonly string[]])[] = [];
  let ran = 0;
  for (const text of fc.sample(fc.oneof(ended, listed), { numRuns: 1200, seed: SEED })) {
    const effects = analyse(text);
    if (
      effects.some(
        ({ kind, target, certainty }) => certainty !== 'certain' && !(kind === 'execute' && /^\w+$/.test(target)),
      )
    )
      continue;
    const result = spawnSync('/bin/bash', ['--norc', '-c', `${prelude}eval ${quote(text)}`], {
      env: { PATH: '/nonexistent' },
      stdio: ['ignore', 'ignore', 'ignore', 'ignore', 'ignore', 'ignore', 'ignore', 'ignore', 'ignore', 'pipe'],
      timeout: 5000,
    });
    const names = String(result.output?.[9] ?? '')
      .split('\0')
      .filter((each) => each !== '');
    ran += names.length;
    const found = new Set(effects.flatMap(({ kind, target }) => (kind === 'execute' ? [target] : [])));
    const without = names.filter((each) => !found.has(each));
    if (without.length > 0) missed.push([text, without]);
  }
  expect(missed).toEqual([]);
  expect(ran).toBeGreaterThan(200);
});
