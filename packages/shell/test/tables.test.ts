// Ordinary commands, and the effects a person expects to read for them.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are shell text
import { describe, expect, test } from 'vitest';
import { analyse, lines } from './support/world.ts';

const P = '/home/u/project';

describe('certain', () => {
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ['ls', ['execute ls certain', `read ${P} certain`]],
    ['cat a b', ['execute cat certain', `read ${P}/a certain`, `read ${P}/b certain`]],
    [
      'cat a | grep -n x | head -20',
      ['execute cat certain', `read ${P}/a certain`, 'execute grep certain', 'execute head certain'],
    ],
    ['grep -rn foo src --include=x', ['execute grep certain', `read ${P}/src certain`]],
    ['grep -e foo a', ['execute grep certain', `read ${P}/a certain`]],
    ['mkdir -p src/{a,b}', ['execute mkdir certain', `write ${P}/src/a certain`, `write ${P}/src/b certain`]],
    ['echo hi > out.txt', [`write ${P}/out.txt certain`, 'execute echo certain']],
    ['echo "$USER $(date +%s)" 2>&1 >/dev/null', ['execute date certain', 'execute echo certain']],
    ['cd src && ls', ['execute cd certain', 'execute ls certain', `read ${P}/src certain`]],
    ['x=1; echo $((x + 1))', ['execute : certain', 'execute echo certain']],
    ['true || rm a', ['execute true certain']],
    ['if false; then rm a; fi', ['execute false certain']],
    ['for f in *.md; do echo $f; done', ['execute echo certain']],
    ['git status --short', ['execute git certain', `read ${P} certain`]],
    ['git -C . log --oneline -5', [`read ${P} certain`, 'execute git certain', `read ${P} certain`]],
    ['find . -name "*.ts" -newer a', ['execute find certain', `read ${P} certain`, `read ${P}/a certain`]],
    ["sed -n '1,20p' a", ['execute sed certain', `read ${P}/a certain`]],
    ['[ -f a ] && [[ $x == b* ]]', ['execute [ certain', `read ${P}/a certain`]],
    ['curl -s https://EXAMPLE.com:8443/x', ['execute curl certain', 'connect example.com:8443 certain']],
    [
      'curl -d x=1 http://0x7f.1/',
      ['execute curl certain', 'connect 127.0.0.1:80 certain', 'send 127.0.0.1:80 certain'],
    ],
    ['mv a b', ['execute mv certain', `read ${P}/a certain`, `delete ${P}/a certain`, `write ${P}/b certain`]],
    ['cp a b', ['execute cp certain', `read ${P}/a certain`, `write ${P}/b certain`]],
    ['rm -f a', ['execute rm certain', `delete ${P}/a certain`]],
    ['node --version', ['execute node certain']],
    ['cat <<"E"\n$(rm a)\nE', ['execute cat certain']],
    ['# only a comment', ['execute : certain']],
    ['', ['execute : certain']],
  ];
  test.each(rows)('%j', (command, expected) => {
    expect(lines(analyse(command))).toEqual(expected);
  });
});

describe('possible and unknown', () => {
  const rows: readonly (readonly [string, string])[] = [
    ['cat *.ts', `read ${P} possible`],
    ['if ls; then cat a; fi', `read ${P}/a certain`],
    ['sudo ls', 'escalate sudo certain'],
    ['git clone https://github.example/x', 'connect github.example certain'],
    ['scp a u@host.example:b', 'send host.example certain'],
    ['frobnicate', 'execute frobnicate unknown'],
    ['wget http://example.com/x', `write ${P} possible`],
  ];
  test.each(rows)('%j', (command, line) => {
    expect(lines(analyse(command))).toContain(line);
  });
});

test('a command into a folder that exists is written below it, through a link that may stand there', () => {
  const world = { folders: ['/home/u/project/out'], links: { '/home/u/project/out/a': '/etc/passwd' } };
  expect(lines(analyse('cp a out', world))).toContain('write /etc/passwd certain');
});

test('spans lead a person to the words', () => {
  const command = 'ls; cat "secret file"';
  const read = analyse(command).find((effect) => effect.target.endsWith('secret file'));
  expect(command.slice(...(read?.span ?? [0, 0]))).toBe('"secret file"');
});

test('a folder that may or may not have been entered counts twice', () => {
  expect(lines(analyse('cd ..; cat x'))).toEqual(
    expect.arrayContaining(['read /home/u/x certain', `read ${P}/x certain`]),
  );
});
