// The agent that makes the analysis itself the weapon: loops in loops, values that double, words without end. It ends soon, and
// where it ends early it says so and counts as reaching the state folder.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are shell text
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { analyse, isCertain } from './support/world.ts';

const ATTACKS: Readonly<Record<string, string>> = {
  loops: `${'for a in 1 2 3 4 5 6 7 8; do '.repeat(6)}touch $a${'; done'.repeat(6)}`,
  endless: `${'while x; do '.repeat(30)}i=$((i+1)); touch a${'; done'.repeat(30)}`,
  doubling: `x=aaaaaaaaaaaaaaaa; ${'x=$x$x; '.repeat(3000)}touch $x`,
  parameters: `set -- a b; ${'set -- "$@" "$@"; '.repeat(2000)}`,
  variables: `${Array.from({ length: 3000 }, (_, index) => `v${index}=a; `).join('')}touch $v1`,
  functions: `${Array.from({ length: 40 }, (_, index) => `f${index}() { f${index + 1}; f${index + 1}; }; `).join('')}f0`,
  recursion: 'f() { f a; f b; f c; }; f',
  texts: `x='${'echo a; '.repeat(500)}'; ${'eval "$x"; '.repeat(2000)}`,
  words: `rm ${'a '.repeat(30_000)}`,
  patterns: `rm ${'* '.repeat(20_000)}`,
  braces: `echo ${'{a,b}'.repeat(9)} ${'{1..500} '.repeat(3000)}`,
  commas: `echo {${','.repeat(60_000)}`,
  parentheses: '((1)); '.repeat(8000),
  pipes: `${'echo a | '.repeat(6000)}cat`,
  branches: `case $x in ${'a) x=1;; '.repeat(7000)}esac`,
  stars: `x=${'a'.repeat(4000)}; ${'y=${x%a*a*b}; '.repeat(3000)}`,
  arrays: `a=(a b); ${'a+=("${a[@]}"); '.repeat(2500)}`,
  traps: "trap 'touch a' EXIT; ".repeat(2500),
  readings: `x="a b"; ${'cat $x; '.repeat(3000)}`,
};

/** Time of this process alone: other work on the machine does not count. */
function spent(command: string): number {
  const start = process.cpuUsage();
  analyse(command);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

test.each(Object.entries(ATTACKS))('%s: ends soon', (_, command) => {
  analyse('ls');
  // Far above what it takes (under 50 ms), far below what it would take without an end.
  expect(Math.min(spent(command), spent(command), spent(command))).toBeLessThan(250);
});

test('what was not looked at is said, and counts as reaching Castellan', () => {
  for (const command of [`rm ${'a '.repeat(30_000)}`, ATTACKS.texts ?? '', `${'true; '.repeat(5000)}rm b`]) {
    const effects = analyse(command);
    expect([command.slice(0, 20), isCertain(effects)]).toEqual([command.slice(0, 20), false]);
    expect(effects.some(({ kind }) => kind === 'change-safety')).toBe(true);
  }
  expect(isCertain(analyse('f() { f; }; f'))).toBe(false);
});

test('any mixture of loops, functions and values ends', () => {
  const part = fc.constantFrom(
    'f() { ',
    'f "$@" $x; ',
    '}; ',
    'for x in "$@" a b $x; do ',
    'while x; do ',
    'done; ',
    'x="$x$x"; ',
    'eval "$x"; ',
    'set -- "$@" $x; ',
    'a+=("${a[@]}" b); ',
    'if x; then ',
    'else ',
    'fi; ',
    'echo "$x" | ',
    '( ',
    ') ',
    'trap f EXIT; ',
    'x=$(f); ',
    'ln -s a b; ',
    'cat *; ',
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 60 }), (parts) => {
      expect(spent(parts.join(''))).toBeLessThan(500);
    }),
    { numRuns: 1500 },
  );
});
