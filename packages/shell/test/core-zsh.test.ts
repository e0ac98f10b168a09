// The agent that writes for the other shell: words that bash passes on as they stand and zsh runs, splits otherwise, or takes for a
// pattern. Nobody knows which of the two reads the command, so none of these is certain.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are shell text
import { verifies } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { analyse, isCertain, lines } from './support/world.ts';

verifies(['P11'], 'what zsh reads in another way is never certain', () => {
  const ways = [
    '=touch a',
    'echo =touch',
    'echo *(e:"rm a":)',
    'echo a(e,"rm a",)',
    'echo ${(e)x}',
    "x='$(rm a)'; echo ${(e)x}",
    'emulate sh -c "rm a"',
    'zmodload zsh/net/tcp',
    'echo a >! b',
    'echo a >&! b',
    'noglob rm a',
    'repeat 2 rm a',
    '() { rm a }',
    'precmd() { rm a; }',
    'chpwd() { rm a; }; cd src',
    'TRAPEXIT() { rm a; }',
    'autoload -U x; x',
    'setopt extendedglob; ls ^a',
    'alias -g G="| sh"',
    'alias -s txt=rm; a.txt',
    'x="a b"; cat $x',
    'x="*"; cat $x',
    'x=/etc/passwd; cat $x:h',
    'x=/etc/passwd; cat "$x:t"',
    'x=ab; cat $x[1]',
    'x=ab; cat "$x[1]"',
    'x=1; cat $#x',
    'x=a; cat $=x',
    'x=a; cat ${=x}',
    'x=a; cat $~x',
    'x=a; cat $^x',
    'x=a; cat $+x',
    'a=(b c); cat $a',
    'a=(b c); cat "$a"',
    'a=(b c); cat ${a[1]}',
    'cat $"b"',
    'x=y; y=a; cat "$(printf %s ${!x})"',
    'x=y; y=a; cat ${!x}',
    'x=A; cat ${x,,}',
    'x=; cat $x~',
    'x=; cat $x=ls',
    '{ls,-la}',
    "echo 'a\\nb' | xargs cat",
    'cat a<1-5>b',
    'echo a > b > c | sh',
    "COLUMNS='a[$(rm b)]'",
    "SECONDS='a[$(rm b)]'",
    'x=010; cat $((x))',
  ];
  const passing = ways.filter((command) => {
    const effects = analyse(command);
    return isCertain(effects) && effects.some(({ kind }) => kind !== 'execute');
  });
  expect(passing).toEqual([]);
  expect(ways.filter((command) => isCertain(analyse(command)) && !/^echo =|\| xargs|\$\(\(/.test(command))).toEqual([]);
});

test('both readings are shown', () => {
  const found = lines(analyse('x="a b"; cat $x'));
  for (const name of ['a', 'b', 'a b']) expect(found).toContain(`read /home/u/project/${name} possible`);
  expect(lines(analyse('a=(b c); cat $a'))).toEqual(
    expect.arrayContaining(['read /home/u/project/b possible', 'read /home/u/project/c possible']),
  );
});
