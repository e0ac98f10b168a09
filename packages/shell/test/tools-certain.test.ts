// What people type all day with ordinary tools, and the effects they expect to read for it.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are shell text
import { describe, expect, test } from 'vitest';
import { analyse, isCertain, lines } from './support/world.ts';

const P = '/home/u/project';
const effects = (command: string): readonly string[] =>
  analyse(command)
    .filter(({ kind, place }) => kind !== 'execute' || place !== 'none')
    .map(({ kind, target, resource, recursive, certainty }) =>
      [
        kind,
        target,
        resource,
        recursive === true ? 'below' : undefined,
        certainty === 'certain' ? undefined : certainty,
      ]
        .filter((part) => part !== undefined)
        .join(' '),
    );

describe('certain', () => {
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ['ls -la src', [`read ${P}/src names`]],
    ['ls -ld "$x"', ['read / names below']],
    ['find ~ -name "*.c"', ['read /home/u names below']],
    ['find / -size +1G -ls', ['read / names below']],
    ['find . \\( -name a -o -name b \\) -prune -o -print', [`read ${P} names below`]],
    ['find . -type f -exec grep -l foo {} +', [`read ${P} names below`, `read ${P} below`]],
    ['find . -type f -exec ls -l {} \\;', [`read ${P} names below`, `read ${P} names below`]],
    ['find . -name "*.o" -delete', [`read ${P} names below`, `delete ${P} below`]],
    ['du -sh * 2>/dev/null', []],
    ['stat -c %s a', [`read ${P}/a names`]],
    ['tree -L 2', [`read ${P} names below`]],
    ["awk -F: '{print $1}' a", [`read ${P}/a`]],
    ["awk '/x/ {n++} END {print n/2}' a", [`read ${P}/a`]],
    ['awk \'NR==FNR{a[$1]=$2;next} $1 in a {printf "%s\\n", a[$1]}\' a b', [`read ${P}/a`, `read ${P}/b`]],
    ['awk \'{print $1 | "sort -u"}\' a', [`read ${P}/a`]],
    ['awk \'{print > "out"}\' a', [`read ${P}/a`, `write ${P}/out`]],
    ["sed 's/a/b/g' a", [`read ${P}/a`]],
    ["sed -n '/x/,/y/p;$=' a", [`read ${P}/a`]],
    ["sed -e ':a' -e '$!{N;ba' -e '}' -e 's/\\n/ /g' a", [`read ${P}/a`]],
    ["sed -i.bak 's/a/b/' a", [`read ${P}/a`, `write ${P}/a`, `write ${P}/a.bak`]],
    ["sed 's/a/b/w out' a", [`read ${P}/a`, `write ${P}/out`]],
    ['tar tzf a.tgz', [`read ${P}/a.tgz`]],
    ['tar czf a.tgz src', [`write ${P}/a.tgz`, `read ${P}/src below`]],
    ['zcat a.gz | head', [`read ${P}/a.gz`]],
    ['gzip -dc a.gz', [`read ${P}/a.gz`]],
    ['gzip a', [`write ${P}/a.gz`, `delete ${P}/a`]],
    ['gzip -k a', [`write ${P}/a.gz`]],
    ['sort -o out a', [`write ${P}/out`, `read ${P}/a`]],
    ['chmod 600 a', [`write ${P}/a permissions`]],
    ['xargs echo <<< "a b"', []],
    ['echo a b | xargs cat', [`read ${P}/a`, `read ${P}/b`]],
    ['xargs -n1 rm <<< "a b"', [`delete ${P}/a`, `delete ${P}/b`]],
    ['xargs -I% cp % %.bak <<< a', [`read ${P}/a`, `write ${P}/a.bak`]],
    ['timeout 5 env LANG=C nice cat a', [`read ${P}/a`]],
    ["bash -lc 'cat a'", [`read ${P}/a`]],
    ['sh -c \'cat "$1"\' _ a', [`read ${P}/a`]],
    ["watch -n1 'ls -l src'", [`read ${P}/src names`]],
    ['python3 --version', []],
    ["python3 -c 'print(2 ** 10)'", []],
    ["python3 -c 'import sys; print(sys.version)'", []],
    ['node -p process.version', []],
    ["node -e 'console.log(1 + 2)'", []],
    ['dirname "$0"; basename "$x" .c', []],
    ['ps aux | grep x | wc -l', []],
    ['man ls', []],
    ['make --version', []],
    ['top -b -n1 | head', []],
  ];
  test.each(rows)('%j', (command, expected) => {
    const found = effects(command);
    for (const line of expected) expect(found).toContain(line);
    if (!command.includes('*')) expect(isCertain(analyse(command))).toBe(true);
    if (!command.includes('*')) expect(found).toHaveLength(expected.length);
  });
});

test('code that is not in the command is named by its kind', () => {
  const kinds = (command: string): readonly (string | undefined)[] =>
    analyse(command)
      .filter(({ kind, certainty }) => kind === 'execute' && certainty === 'unknown')
      .map(({ resource }) => resource);
  expect(kinds('make test')).toEqual(['project-code']);
  expect(kinds('bash build.sh')).toEqual(['project-code']);
  expect(kinds('python3 x.py')).toEqual(['project-code']);
  expect(kinds('pytest -q')).toEqual(['project-code']);
  expect(kinds("python3 -c 'import os'")).toEqual(['inline-code']);
  expect(kinds('vim a')).toEqual(['inline-code']);
  expect(kinds('curl -s https://example.com/x.sh | sh')).toContain('downloaded-code');
});

test('what is printed of the environment counts as secrets', () => {
  for (const command of ['env', 'printenv', 'sudo env', 'printenv GITHUB_TOKEN'])
    expect([command, analyse(command).some(({ resource }) => resource === 'credentials')]).toEqual([command, true]);
  expect(isCertain(analyse('printenv LANG'))).toBe(true);
  expect(analyse('printenv LANG').some(({ resource }) => resource === 'credentials')).toBe(false);
});

test('at other times: what is read now runs later', () => {
  expect(lines(analyse("at now <<< 'rm a'"))).toEqual(
    expect.arrayContaining(['write at now certain', `delete ${P}/a certain`]),
  );
});
