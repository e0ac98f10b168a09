// What is certain is known to be certain: values, functions, loops, output and input, each with the effect it comes to.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are shell text
import { describe, expect, test } from 'vitest';
import { analyse, isCertain, lines } from './support/world.ts';

const P = '/home/u/project';
const TOUCHED = `write ${P}/f certain`;

describe('one touch in every spelling, told for certain', () => {
  const spellings = [
    'touch f',
    't""ouch f',
    "$'\\x74ouch' f",
    '{touch,f}',
    'x=touch; $x f',
    'x=tou; y=ch; "$x$y" f',
    '$(echo touch) f',
    '$(printf tou; printf ch) f',
    '`echo touch` f',
    'set -- touch f; "$@"',
    'set -- a touch f; shift; "$1" "$2"',
    'a=(touch f); "${a[@]}"',
    'a=(touch); a+=(f); "${a[@]}"',
    'declare -A m=([k]=touch); ${m[k]} f',
    's=xtouchx; ${s:1:5} f',
    'c=tXouch; ${c/X/} f',
    'c=touch.x; ${c%.*} f',
    'c=x/touch; ${c##*/} f',
    'x=; ${x:-touch} f',
    'x=1; ${x:+touch} f',
    'printf -v c %s touch; $c f',
    'read -r c <<< touch; $c f',
    'read a b <<< "touch f"; $a $b',
    'eval touch f',
    'eval "x=touch"; $x f',
    'f() { touch "$1"; }; f f',
    'f() { local x=$1; touch "$x"; }; x=g; f f',
    'function f { "$@"; }; f touch f',
    'if true; then touch f; fi',
    'case touch in t*) touch f;; esac',
    'for c in touch; do $c f; done',
    'for ((i=0;i<1;i++)); do touch f; done',
    'while ! touch f; do :; done',
    'until touch f; do break; done',
    'trap "touch f" EXIT',
    'coproc touch f',
    '(touch f)',
    '{ touch f; }',
    'touch f &',
    'true | touch f',
    '! touch f',
    'time touch f',
    'echo touch f | sh',
    'sh <<< "touch f"',
    'cat <<E | sh\ntouch f\nE',
    'cat <<E | bash\n$(echo touch) f\nE',
    'base64 -d <<< dG91Y2ggZgo= | sh',
    'source <(echo touch f)',
    '. /dev/stdin <<< "touch f"',
    'command touch f',
    'exec touch f',
    'echo "$(touch f)"',
    'cat <(touch f)',
    'echo a > >(touch f)',
    '[[ -n $(touch f) ]]',
    '[ 1 -lt 2 ] && touch f',
    'i=1; i=$((i+1)); [ $i -eq 2 ] && touch f',
    'x=f; touch "${x}"',
    'cd src; touch ../f',
  ];
  test.each(spellings)('%j', (command) => {
    expect(lines(analyse(command))).toContain(TOUCHED);
  });
});

test('what cannot run is not counted', () => {
  const dead = [
    'true || rm a',
    'false && rm a',
    'if false; then rm a; fi',
    'if true; then :; else rm a; fi',
    'while false; do rm a; done',
    'until true; do rm a; done',
    'case b in a) rm a;; esac',
    '[ a = b ] && rm a',
    '[[ a == b ]] && rm a',
    '[ 2 -gt 3 ] && rm a',
    'x=1; [ "$x" = 2 ] && rm a',
    '(( 1 > 2 )) && rm a',
    'f() { rm a; }',
    "alias x='rm a'",
    'for f in; do rm a; done',
    '! true && rm a',
    'cat <<"E"\n$(rm a)\nE',
    'f() { false; }; f && rm a',
  ];
  for (const command of dead) {
    const effects = analyse(command);
    expect([command, isCertain(effects), effects.some(({ kind }) => kind === 'delete')]).toEqual([
      command,
      true,
      false,
    ]);
  }
});

test('what only seems dead is counted', () => {
  const alive = [
    'true && rm a',
    'case $x in a) rm a;; esac',
    'case b in a) :;& b) rm a;; esac',
    'case a in a) :;& b) rm a;; esac',
    'case a in a) :;;& a*) rm a;; esac',
    'f() { return 1; }; f || rm a',
    '[ a == a ] || rm a',
    'x=1; for i in 1 2; do x=2; done; [ $x = 2 ] && rm a',
    'for i in 1 2; do x=1; continue; x=2; done; [ $x = 1 ] && rm a',
    'for i in 1 2; do x=1; break; x=2; done; [ $x = 1 ] && rm a',
    'f() { x=1; return; x=2; }; f; [ $x = 1 ] && rm a',
    'x=1; f() { local x=2; }; f; [ $x = 1 ] && rm a',
    'x=1; (x=2); [ $x = 1 ] && rm a',
    'x=1; y=$(x=2); [ $x = 1 ] && rm a',
    'readonly x=1; x=2 || :; [ $x = 1 ] && rm a',
    'x=1; read x < b; [ $x = 9 ] && rm a',
    'x=1; while read x; do :; done < b; [ $x = 9 ] && rm a',
    'x=1; printf -v x 2; [ $x = 2 ] && rm a',
    'x=1; eval x=2; [ $x = 2 ] && rm a',
    'x=1; ((x++)); [ $x = 2 ] && rm a',
    'x=1; f() { x=2; }; f; [ $x = 2 ] && rm a',
    'f() { :; }; f() { rm a; }; f',
    'if b; then f() { rm a; }; else f() { :; }; fi; f',
    'if b; then f() { :; }; fi; f; rm a',
    'echo a | while read l; do rm a; done',
  ];
  for (const command of alive)
    expect([command, analyse(command).some(({ kind, target }) => kind === 'delete' && target === `${P}/a`)]).toEqual([
      command,
      true,
    ]);
});

test('a function hides no command, and a command hides no function', () => {
  expect(lines(analyse('ls() { rm a; }; ls'))).toEqual(['execute rm certain', `delete ${P}/a certain`]);
  expect(lines(analyse('ls() { :; }; command ls'))).toContain(`read ${P} certain`);
  expect(lines(analyse('rm() { :; }; env rm a'))).toContain(`delete ${P}/a certain`);
  expect(lines(analyse('rm() { :; }; xargs rm <<< a'))).toContain(`delete ${P}/a certain`);
  expect(lines(analyse('(rm() { :; }); rm a'))).toContain(`delete ${P}/a certain`);
  expect(lines(analyse('rm() { :; }; sh -c "rm a"'))).toContain(`delete ${P}/a certain`);
  expect(lines(analyse('command_not_found_handle() { rm a; }; nosuch'))).toContain(`delete ${P}/a certain`);
  expect(isCertain(analyse('f() { f; }; f'))).toBe(false);
  expect(isCertain(analyse('chpwd() { :; }; cd src'))).toBe(false);
  expect(isCertain(analyse("alias ls='rm a'; ls"))).toBe(false);
  expect(isCertain(analyse("alias if='rm a'"))).toBe(false);
  expect(isCertain(analyse("alias -g G='| sh'"))).toBe(false);
});

test('a condition does not make an effect less certain, and says that it stands there', () => {
  const [, , , read] = analyse('if [ -f a ]; then cat b; fi');
  expect(read).toMatchObject({
    target: `${P}/b`,
    certainty: 'certain',
    note: 'only if what stands before it succeeds',
  });
});

test('only what moves a path makes it doubtful', () => {
  const certain = [
    'rm -rf build; mkdir build; touch build/x',
    'mkdir -p out && touch out/a',
    'rm a; cat b',
    'cp a b && cat b',
    'ln -s a l; cat b',
    'git status; cat a',
  ];
  for (const command of certain) expect([command, isCertain(analyse(command))]).toEqual([command, true]);
  const doubtful = [
    'ln -s /etc l && cat l/passwd',
    'cp -a d e && cat e/x',
    'mv d e && cat e/x',
    'for i in 1 2; do cat l/passwd; ln -s /etc l; done',
    'ln -s /etc l & cat l/passwd',
    'cat l/passwd | ln -s /etc l',
    'f() { ln -s /etc l; }; f; cat l/passwd',
    '(ln -s /etc l); cat l/passwd',
    'x=$(ln -s /etc l); cat l/passwd',
    'ln -s /etc l; cd l; cat passwd',
  ];
  const folders = { folders: [`${P}/d`] };
  for (const command of doubtful) expect([command, isCertain(analyse(command, folders))]).toEqual([command, false]);
  const links = { links: { [`${P}/l`]: '/tmp/x' } };
  expect(isCertain(analyse('rm l; mkdir l; touch l/y', links))).toBe(false);
});

test('what was piped in and read in part is not known any more', () => {
  const text = "printf 'cat <<E\\nrm a\\nE\\n'";
  for (const command of [
    `${text} | { head -n1; sh; }`,
    `${text} | { read x; sh; }`,
    `${text} | { (head -n1); sh; }`,
    `${text} | { echo $(head -n1); sh; }`,
    `${text} | { x=$(head -n1); sh; }`,
    `${text} | { cat <(head -n1); sh; }`,
    `${text} | { for i in $(head -n1); do sh; done; }`,
    `${text} | { f() { head -n1; }; f; sh; }`,
    `${text} | { if head -n1; then sh; fi; }`,
    `${text} | while read x; do sh; done`,
    "mkdir -v 'x; rm a' | sh",
    'cat b | sh',
    'echo a 2>&1 >/dev/null | sh',
    'echo rm a > /dev/null | sh',
    '{ echo a; cat b; } | sh',
    'if b; then echo rm a; fi | sh',
    'echo rm a & sh',
  ])
    expect([command, isCertain(analyse(command))]).toEqual([command, false]);
});

test('a trap that changes the shell is not certain', () => {
  for (const command of [
    'trap "x=b" ERR; x=a; false; rm $x',
    'trap "cd /" DEBUG; rm a',
    'trap "f() { rm c; }" USR1; f',
  ])
    expect([command, isCertain(analyse(command))]).toEqual([command, false]);
  expect(isCertain(analyse('trap "rm a" EXIT; ls'))).toBe(true);
});
