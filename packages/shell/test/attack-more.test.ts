// The agent that makes an understood command do more than the tables say: a variable set inside a word, an option whose
// value changes what is read, a pattern that becomes several words, an environment printed.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are shell text
import { verifies } from '@castellan/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { patternReaches } from '../src/index.ts';
import { analyse, isCertain, lines } from './support/world.ts';

const passing = (commands: readonly string[]): readonly string[] =>
  commands.filter((command) => isCertain(analyse(command)));

verifies(['P11'], 'a variable that is set inside a word is never overlooked', () => {
  const ways = [
    ': ${CDPATH:=/tmp/review}; cd x; cat daemon/state.json',
    ': ${CDPATH=/tmp/review}; cd x; cat a',
    ': "${CDPATH:=/tmp/review}"; cd x; cat a',
    '[[ -n ${CDPATH:=/tmp/review} ]]; cd x; cat a',
    'cat <<< ${CDPATH:=/tmp/review}; cd x; cat a',
    'cat <<E\n${CDPATH:=/tmp/review}\nE\ncd x; cat a',
    'echo ${a:-${PATH:=/tmp/x}}',
    'echo ${a#${PATH:=/tmp/x}}',
    'echo {a,${PATH:=/tmp/x}}',
    'echo $(( ${PATH:=1} ))',
    'echo < a${PATH:=1}',
    'case ${PATH:=x} in y) ;; esac',
    'echo ${HARMLESS:=x}',
  ];
  expect(passing(ways)).toEqual([]);
  expect(passing(['cd src && ls', 'echo ${a:-b}', 'echo ${a-b}', 'echo "${a:+b}"'])).toHaveLength(4);
});

test('after CDPATH may have been set, a plain folder name leads anywhere', () => {
  for (const set of ['CDPATH=/tmp/review', ': ${CDPATH:=/tmp/review}', 'export CDPATH=/tmp/review', 'read CDPATH < a'])
    expect(lines(analyse(`${set}; cd x; cat a`))).not.toContain('read /home/u/project/x/a certain');
  expect(lines(analyse('CDPATH=/tmp/review; cd ./x; cat a'))).toContain('read /home/u/project/x/a certain');
});

verifies(['P11'], 'an option whose value changes what is read is not passed over', () => {
  const recurse = [
    '-d recurse',
    '-drecurse',
    '-nd recurse',
    '--directories=recurse',
    '--directories recurse',
    '-d=recurse',
  ];
  const ways = [
    ...recurse.map((option) => `grep ${option} x .`),
    'grep --exclude-from a x b',
    'sort --files0-from a',
    'sort --files0-from=a',
    'wc --files0-from=a',
    'du --files0-from a',
    'du --exclude-from=a',
    'date -f a',
    'date --file=a',
    'file -f a',
    'file -m a b',
    'git diff -U ~/.ssh/id a',
    'git diff --unified ~/.ssh/id a',
    'git blame --contents ~/.ssh/id a',
    'git blame -S ~/.ssh/id a',
    'git blame --ignore-revs-file ~/.ssh/id a',
    'git ls-files -X ~/.ssh/id',
    'git ls-files --exclude-from=a',
    'git ls-files --exclude-per-directory=a',
    'git diff -O ~/.ssh/id',
    'git log --format=%GK',
    'git for-each-ref --format="%(signature)"',
    'rg --ignore-file a x',
    'rg -z x',
    'rg -L x',
    'rg --hostname-bin a x',
    'jq -f a b',
    'jq -L a . b',
    'jq --slurpfile a b .',
    'jq --rawfile a b .',
    'diff -X a b c',
  ];
  // What it reads is at home: that it is said, with certainty, is enough for a person to be asked.
  const home = (command: string): boolean => analyse(command).some(({ place }) => place === 'home');
  expect(passing(ways).filter((command) => !home(command))).toEqual([]);
});

test('options that read a file say which', () => {
  for (const command of [
    'grep -f ~/.ssh/id a',
    'grep -f/home/u/.ssh/id a',
    'grep --file ~/.ssh/id a',
    'rg --file=/home/u/.ssh/id',
    'diff --from-file ~/.ssh/id a',
    'diff --to-file=/home/u/.ssh/id a',
    'touch -r ~/.ssh/id a',
    'grep --context pattern ~/.ssh/id',
    'git diff -U ~/.ssh/id a',
  ])
    expect([command, lines(analyse(command))]).toEqual([
      command,
      expect.arrayContaining(['read /home/u/.ssh/id certain']),
    ]);
});

verifies(['P11'], 'a pattern or a value that becomes several words hides no file', () => {
  const ways = [
    'grep -v ~/.ssh/* a',
    'grep -v ~/.ssh/id* /dev/null',
    'rg -v ~/.ssh/* a',
    'jq . ~/.ssh/*',
    'jq e* a',
    'read -r x < a; head -n $x b',
    'read -r x < a; grep -e $x b',
    'read -r x < a; grep -A $x y b',
    'read -r x < a; jq --arg k $x . b',
    'x=$(cat list); find . -name $x',
    'cp -t "$d" a b',
    'git diff link/passwd a',
  ];
  const links = { links: { '/home/u/project/link': '/etc' } };
  expect(ways.filter((command) => isCertain(analyse(command, links)))).toEqual(['git diff link/passwd a']);
  expect(lines(analyse('git diff link/passwd a', { ...links, folders: ['/etc/passwd'] }))).toContain(
    'read /etc/passwd certain',
  );
  expect(passing(['head -n "$N" a', 'grep -n "$x" a', 'grep -n foo src/a', 'jq .a[0] b'])).toContain('head -n "$N" a');
});

verifies(['P11'], 'a descriptor with a name sets a variable', () => {
  const ways = [
    'exec {PATH}>/dev/null; ls',
    'exec {CDPATH}</dev/null; ls',
    'echo x {PATH}>&1',
    'cat {PATH}<<< x',
    'cat {PATH}<<E\nx\nE',
    'ls {PATH}>&-',
    'ls {PATH}<>/dev/null',
    'ls {PATH}>>/dev/null',
    '{ ls; } {PATH}>/dev/null',
    'ls {a[1]}>/dev/null',
  ];
  expect(passing(ways)).toEqual([]);
  expect(passing(['ls 2>&1', 'ls 2>/dev/null', 'cat 3<a', 'ls > /dev/null'])).toHaveLength(4);
});

verifies(['P11'], 'an environment is never printed for free', () => {
  const ways = [
    'ps auxe',
    'ps eww',
    'ps -e e',
    'ps -ef e',
    'ps -eo environ',
    'ps -eoenviron',
    'ps -o pid,environ',
    'ps -o environ -o pid',
    'ps -o pid=x -o "$x"',
    'ps axo environ',
    'ps -E',
    'jq -n env',
    "jq -n '$ENV'",
    "jq -n '$ENV.PATH'",
    "jq -n '[env]'",
    'jq -n --arg env x env',
    'set',
    'declare',
    'declare -p',
    'declare -p HOME',
    'declare -x',
    'export',
    'export -p',
    'typeset',
    'typeset -p',
    'readonly -p',
    'local -p',
    'builtin set',
    'command export -p',
  ];
  // A read of credentials is on no safe list by itself.
  const free = (command: string): boolean => !analyse(command).some(({ resource }) => resource === 'credentials');
  expect(passing(ways).filter(free)).toEqual([]);
  const plain = [
    'ps aux',
    'ps -ef',
    'ps -p 1',
    'ps -o pid,ppid,cmd -p 1',
    'ps -eo pid=,comm --sort=-rss',
    "jq '.environment' a",
    'set -e',
    'set -euo pipefail',
    'export LANG=C',
    'declare A=1',
  ];
  expect(passing(plain)).toEqual(plain);
});

test('everything below a folder is said to be meant', () => {
  const [effect] = analyse("rm '-''r' build").filter(({ kind }) => kind === 'delete');
  expect(effect).toMatchObject({ target: '/home/u/project/build', recursive: true });
  expect(analyse('rm build').some((each) => each.recursive === true)).toBe(false);
});

test('a pattern is judged whatever it holds, and one that climbs or is not understood reaches', () => {
  const text = fc.array(
    fc.constantFrom('*', '**', '/', '..', '.', '{', '}', ',', '[', ']', '(', ')', '\\', '?', '$', 'a', '+'),
  );
  fc.assert(
    fc.property(text, (parts) => typeof patternReaches(parts.join(''), '/home/u', '/home/u/.s/c') === 'boolean'),
  );
  for (const pattern of ['*/../.s/c/x', '{a,.s/c}/x', '.[s]/c', '@(.s)/c', '**/{a,*}', '.s/**'])
    expect([pattern, patternReaches(pattern, '/home/u', '/home/u/.s/c')]).toEqual([pattern, true]);
  for (const pattern of ['a/*', '.s/d/*', '**/*.ts', '.s', '{a,b}/c'])
    expect([pattern, patternReaches(pattern, '/home/u', '/home/u/.s/c')]).toEqual([pattern, false]);
});
