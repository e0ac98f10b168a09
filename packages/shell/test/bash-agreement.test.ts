// Where bash is at hand: words that are called certain are the words bash passes on. The parser is another program than the
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are shell text
// shell, and every difference between the two is a place to hide.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import fc from 'fast-check';
import { parse } from 'unbash';
import { afterAll, expect, test } from 'vitest';
import { createRun, type Run } from '../src/run.ts';
import { bothWays, type Flow, type State } from '../src/state.ts';
import { type Field, fieldsOf } from '../src/word.ts';
import { analyse, HOME, lexicalFacts, WORKSPACE } from './support/world.ts';

const BASH = '/bin/bash';
const version = spawnSync(BASH, ['-c', 'echo "${BASH_VERSINFO[0]}"']).stdout?.toString() ?? '';
const hasBash = Number(version) >= 5;
if (!hasBash) process.stderr.write('skipped: no bash to compare with\n');
const empty = mkdtempSync(`${tmpdir()}/castellan-bash-`);
afterAll(() => rmSync(empty, { recursive: true, force: true }));

const SEED = Number(process.env.CASTELLAN_SEED ?? 20_260_101);
const part = fc.constantFrom(
  'a',
  'b c',
  '"',
  '"',
  "'",
  "'",
  "$'",
  '\\',
  '\\\\',
  '\\n',
  '\\x41',
  '$HOME',
  '${HOME}',
  '$x',
  '"$x"',
  '~',
  '~/',
  '=',
  '/',
  '{a,b}',
  '{a,',
  '}',
  '\\\n',
  '$',
  '#',
  ':',
  '-',
  '[',
  ']',
  '\\"',
  "\\'",
  'é',
  '!',
  '{1..2}',
  '%',
  '@',
  '^',
);

function certainFields(text: string): readonly string[] | undefined {
  const script = parse(text);
  const command = script.commands[1]?.command;
  if (script.errors !== undefined || script.commands.length !== 2 || command?.type !== 'Command') return undefined;
  const facts = lexicalFacts();
  const walk = (_: Run, __: unknown, state: State): Flow => bothWays(state);
  const run = createRun({ facts, workspace: WORKSPACE, script: walk, node: walk, text: walk }, text);
  const state: State = { cwds: [WORKSPACE], vars: new Map([['x', 'v']]), pathsMoved: false };
  const fields = command.args
    .slice(1)
    .flatMap((word): readonly Field[] => (word.type === 'Word' ? fieldsOf(run, word, state) : []));
  const texts = fields.flatMap((field) => (field.kind === 'text' ? [field.text] : []));
  // Reported as unknown before any word is looked at.
  if (/\S\\\n\S|\$\[|\\$/.test(text)) return undefined;
  return texts.length === fields.length && run.effects.length === 0 ? texts : undefined;
}

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

test.skipIf(!hasBash)('words called certain are the words bash passes on', () => {
  const samples = fc.sample(fc.array(part, { minLength: 1, maxLength: 6 }), { numRuns: 5000, seed: SEED });
  const cases = samples.flatMap((parts) => {
    const text = `x=v; printf '%s\\0' ${parts.join('')}`;
    const ours = certainFields(text);
    return ours === undefined ? [] : [{ text, ours }];
  });
  expect(cases.length).toBeGreaterThan(2000);
  const input = cases.map(({ text }) => `( eval ${quote(text)} ) 2>/dev/null; printf '\\1'`).join('\n');
  const output = execFileSync(BASH, ['--norc'], {
    input,
    cwd: empty,
    env: { HOME, PATH: '/usr/bin:/bin', LANG: 'C.UTF-8' },
    maxBuffer: 1e8,
  });
  const bash = output.toString('utf8').split('\u0001');
  for (const [index, { text, ours }] of cases.entries()) {
    // printf prints one empty word when there is none.
    expect([text, bash[index]?.split('\0').slice(0, -1)]).toEqual([text, ours.length === 0 ? [''] : ours]);
  }
});

/** Programs that are mostly right, with now and then a token where it does not belong. */
const { script } = fc.letrec<{ script: string; word: string }>((tie) => ({
  word: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    fc.constantFrom(
      'a',
      '"b c"',
      "'d'",
      '$x',
      '*',
      '\\',
      '#e',
      'f#',
      '"',
      '`',
      "$'g'",
      '\\\n',
      'if',
      'a)',
      '!',
      '{',
      '}',
    ),
    tie('script').map((inner) => `$(${inner})`),
    tie('script').map((inner) => `"$(${inner})"`),
    tie('script').map((inner) => `<(${inner})`),
    tie('script').map((inner) => `\${x:-$(${inner})}`),
    tie('script').map((inner) => `\`${inner.replace(/[\\`]/g, '\\$&')}\``),
    tie('script').map((inner) => `$(( 1 + $(${inner}) ))`),
  ),
  script: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    fc.constantFrom('cmda', 'cmdb', 'cm"dc"', 'cmdd 2>&1', '\\cmde', 'true', 'false', 'x=1', '', 'break', 'cmdf &'),
    fc
      .tuple(
        fc.constantFrom('cmdg', 'echo', 'eval', 'x=1 cmdh', 'cmdi >', 'cmdj <<<', '!', 'time', 'exec', '[[ -n'),
        tie('word'),
      )
      .map((parts) => parts.join(' ')),
    fc
      .tuple(
        tie('script'),
        fc.constantFrom('; ', ' && ', ' || ', ' | ', '\n', ' & ', ';;', ' |& ', ' \\\n', '&&\n', ' # ', '\n#'),
        tie('script'),
      )
      .map((parts) => parts.join('')),
    tie('script').map((inner) => `(${inner})`),
    tie('script').map((inner) => `{ ${inner}; }`),
    fc.tuple(tie('script'), tie('script')).map(([a, b]) => `if ${a}; then ${b}; fi`),
    fc.tuple(tie('script'), tie('script')).map(([a, b]) => `if ${a}\nthen :\nelse ${b}\nfi`),
    fc.tuple(tie('word'), tie('script')).map(([a, b]) => `for i in ${a}; do ${b}; done`),
    fc.tuple(tie('word'), tie('script')).map(([a, b]) => `case ${a} in a|b) ${b} ;; *) cmdk;; esac`),
    tie('script').map((inner) => `cat <<E\n$(${inner})\nE\n`),
    tie('script').map((inner) => `cat <<'E'\n$(${inner})\nE\n`),
    tie('script').map((inner) => `eval ${quote(inner)}`),
  ),
}));
const slip = fc.option(
  fc.tuple(
    fc.nat(60),
    fc.constantFrom('"', "'", '`', '\\', '\n', '#', '(', ')', '{', '}', '$', ' E\n', '<<E\n', '\\\n', ';', '&', '|'),
  ),
);

test.skipIf(!hasBash)('every command bash looks for is found, or the whole is not certain', () => {
  const scripts = fc
    .sample(fc.tuple(script, slip), { numRuns: 1500, seed: SEED })
    .map(([text, slipped]) =>
      slipped === null ? text : text.slice(0, slipped[0]) + slipped[1] + text.slice(slipped[0]),
    );
  // No program can be found, so bash only says what it would have run.
  const prelude = 'command_not_found_handle() { builtin printf "%s\\0" "$1" >&9; return 0; }\n';
  let ran = 0;
  for (const text of scripts) {
    const effects = analyse(text);
    if (
      effects.some(
        ({ kind, target, certainty }) => certainty !== 'certain' && !(kind === 'execute' && target.startsWith('cmd')),
      )
    )
      continue;
    const result = spawnSync(BASH, ['--norc', '-c', `${prelude}eval ${quote(text)}`], {
      cwd: empty,
      env: { HOME: empty, PATH: '/nonexistent' },
      stdio: ['ignore', 'ignore', 'ignore', 'ignore', 'ignore', 'ignore', 'ignore', 'ignore', 'ignore', 'pipe'],
      timeout: 2000,
    });
    const names = String(result.output?.[9] ?? '')
      .split('\0')
      .filter((name) => name !== '');
    ran += names.length;
    const found = new Set(effects.flatMap(({ kind, target }) => (kind === 'execute' ? [target] : [])));
    expect([text, names.filter((name) => !found.has(name))]).toEqual([text, []]);
  }
  expect(ran).toBeGreaterThan(200);
});
