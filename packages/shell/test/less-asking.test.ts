// What is known of a word that is not known: it may be no option, and with nothing in it it may be everything. Each ordinary
// command stands beside the one an attacker would make of it.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are shell text
import { expect, test } from 'vitest';
import { analyse, isCertain } from './support/world.ts';

const CERTAIN = [
  'ps -ef | grep $$',
  'ps aux | grep `whoami`',
  'grep "^$key" file.txt',
  'find . -name *.txt -exec ls {} \\;',
  'find . type f -atime -2',
  'find "src/$x" -name a',
  'find . -type f -exec grep -Iq . {} \\; -print0 | xargs -0 grep needle',
  'ls -ld "log-$(date +%F)"',
  // What stood in the environment before holds no options.
  'grep "$key" file.txt',
  'find "$x" -name a',
  'find $x -mtime +$days -print',
  'find "${dir?}" -type f',
  'du -sh "$dir"',
  '[ -e "$f" ] && echo there',
  'who | grep $USER',
  'find $1 -name "*$2"',
  // A `$` with nothing behind it is one.
  'grep end$ file.txt',
  // What was found lies where it was looked for.
  'wc -l $(find src -name "*.c")',
];
const ASKED = [
  'grep $key file.txt',
  'read key; grep "$key" file.txt',
  'grep "-$key" file.txt',
  'grep `hostname -F x` file.txt',
  'whoami() { echo -f.env; }; grep `whoami` file.txt',
  'x=$(cat list); find "$x" -name a',
  'while [ -e a ]; do find "$x"; x=$(cat list); done',
  'f() { x=$(cat list); }; f; find "$x"',
  'read x < list | cat; find "$x"',
  'cat list | read x; find "$x"',
  'printf -v x %s "$(cat list)"; find "$x"',
  'mapfile x < list; find "$x"',
  'declare "x=$(cat list)"; find "$x"',
  'find "$_"',
  'find $REPLY',
  'find $FUNCNAME',
  'find $MYOPTS',
  'find . -print $x',
  'sh -c "find \\$x"',
  'cat "$f"',
  'cat "$f.txt"',
  'rm "$f"',
  'find $x -delete',
  'find $x -exec cat {} +',
  'sh $(find . -name a.sh)',
  'cat $(find . -name a; echo /etc/shadow)',
  'cat $(find . | sed s/a/b/)',
  'cat "$(find .)"',
  'find . -exec tar -rf {}.tar {} +',
  'find "-$x" -name a',
  'find . -delete$x',
  'find -exec grep -e -q {} \\; -print | xargs cat',
  'find -exec grep {} -l {} \\; | xargs cat',
  'grep $(date +%c) file.txt',
  'IFS=a; grep `whoami` file.txt',
  'rm -rf "$X/"*',
];
test.each(CERTAIN)('%s', (command) => expect(isCertain(analyse(command))).toBe(true));
test.each(ASKED)('%s', (command) => expect(isCertain(analyse(command))).toBe(false));

test.each(['rm -rf "$X/"*', 'rm -rf $X/*', 'rm -r -- "$X"/', 'rm -fr ${X}/'])(
  '%s is everything where X is empty',
  (command) => {
    const everything = analyse(command).filter(({ kind, target }) => kind === 'delete' && target === '/');
    expect(everything).toMatchObject([{ certainty: 'possible', recursive: true, note: 'everything, if `X` is empty' }]);
  },
);

test('a runner of packages shows what the tool of that name would do', () => {
  const found = (command: string): readonly string[] =>
    analyse(command).map(({ kind, resource, certainty }) => `${kind} ${resource ?? ''} ${certainty}`);
  expect(found('npx prisma migrate reset --force')).toContain('delete database possible');
  expect(found('npx wrangler@3 delete x')).toContain('delete cloud possible');
  expect(found('npx rm -rf /')).toEqual(['execute downloaded-code unknown', 'connect  certain']);
});

// Each stands beside what an attacker would make of it; the world of these holds no such files yet.
const TOLD = { folders: ['/home/u/project/src'], names: {} };
const pairs: readonly (readonly [string, string])[] = [
  ['split -l 9 big.txt piece', 'split -l 9 big.txt "$prefix"'],
  ['cat a | split -b 10M - part_', 'split --filter=sh a part_'],
  ['csplit a /x/', 'csplit -f ~/.ssh/a a /x/'],
  ['find . -type d -print0 | tar cf new.tar --null -T -', 'cat list | tar cf new.tar -T -'],
  ['cat /proc/1234/status', 'cat /proc/1234/environ'],
  ['cat /proc/mounts', 'cat /proc/kcore'],
  ['find /dev -name "sd*"', 'cat /dev/sda'],
];
test.each(pairs)('%s is told, %s is not harmless', (told, other) => {
  const harmless = (command: string): boolean =>
    analyse(command, TOLD).every(
      ({ certainty, kind, place, recursive, resource }) =>
        certainty === 'certain' &&
        resource !== 'credentials' &&
        place !== 'device' &&
        (kind === 'execute' || kind === 'read' || (kind === 'write' && place === 'workspace' && recursive !== true)),
    );
  expect([harmless(told), harmless(other)]).toEqual([true, false]);
});

const NAMES: readonly (readonly [string, string])[] = [
  [
    'for f in $(find src -name "*.c"); do wc -l "$f"; done',
    'for f in $(find src -name "*.c"); do wc -l "$f.bak"; done',
  ],
  ['for f in $(find src -name a); do head $f; done', 'for f in $(find src -name a); do sh "$f"; done'],
  ['find src | while read f; do wc -l "$f"; done', 'find src | while read a f; do wc -l "$f"; done'],
  ['find src | while IFS= read -r f; do cat "$f"; done', 'find src | while read -n 1 f; do cat "$f"; done'],
  ['find src -print0 | while read -r -d "" f; do cat "$f"; done', 'find src | while read -d x f; do cat "$f"; done'],
  ['find src | while read f; do cat "$f"; done', 'find src | while read f; do f=$(cat list); cat "$f"; done'],
  ['for f in $(find src); do cat $f; done', 'for f in $(find src); do ln -sf /etc/shadow "$f"; cat $f; done'],
  [
    'for f in $(find src); do cat $f; done',
    'f() { local x; for x in $(find src); do :; done; cat $x; }; x=$y; f; cat $x',
  ],
  ['find src -exec sh -c \'wc -l "$1"\' - {} \\;', 'find src -exec sh -c \'eval "$1"\' - {} \\;'],
  ["find src -exec sh -c 'grep -q a {} && echo {}' \\;", "find src -exec sh -c 'echo $({})' \\;"],
  ['find src -exec sh -c "cat \'{}\'" \\;', 'find src -exec sh -c "cat \'{}.x\'" \\;'],
  ["find src -exec bash -c 'cd {} && pwd' \\;", "find src -exec bash -c 'cd {} && cat a' \\;"],
  ['find src -exec sh -c \'cat "{}"\' \\;', 'find src -exec sh -c \'cat "$(echo {})"\' \\;'],
  ["find src | xargs -I % sh -c 'echo %; ls -l %'", "find src | xargs -I % sh -c '%'"],
];
// A part of a name is one of the names that look so; a whole one could be any.
test.each([
  ['cat "/var/log/app-$(date +%F).log"', 'cat "/var/log/$(date +%F)"'],
  ['grep x /boot/config-$(uname -r)', 'grep x /boot/config-$(cat version)'],
  ['wc -l build-$RANDOM.txt', 'wc -l build-$x.txt'],
  ['md5sum $(which cc)', 'md5sum $(which "$x")'],
  ['which file | xargs file', 'cat list | xargs file'],
])('%s is told, %s is not', (told, other) => {
  const world = { names: {} };
  expect([isCertain(analyse(told, world)), isCertain(analyse(other, world))]).toEqual([true, false]);
});
test('a part of a name of a key is a key', () => {
  const found = analyse('cat ~/.ssh/id_$(whoami)', { names: { '/home/u/.ssh': ['id_rsa'] } });
  expect(found).toContainEqual(expect.objectContaining({ kind: 'read', resource: 'credentials' }));
});

const src = '/home/u/project/src';
const holding = (name: string): Parameters<typeof analyse>[1] => ({ folders: [src], names: { [src]: [name] } });
test.each(NAMES)('%s is told, %s is not', (told, other) => {
  expect([isCertain(analyse(told, holding('b.c'))), isCertain(analyse(other, holding('b.c')))]).toEqual([true, false]);
});

/** Whoever may write files may give them such names. */
test.each([
  ['for f in $(find src); do cat "$f"; done', 'a /etc/shadow'],
  ['cat $(find src)', 'a /etc/shadow'],
  ['cat $(find src)', '*'],
  ['for f in $(find src); do cat $f; done', '*'],
  ['find src | while read f; do cat "$f"; done', 'a\\tb'],
  ["find src -exec sh -c 'cat {}' \\;", '$(id)'],
  ['find src -exec sh -c "cat \'{}\'" \\;', "a'b"],
  ["find src | xargs -I % sh -c 'cat %'", 'a;id'],
])('%s with %s among the names is not certain', (command, name) => {
  expect([isCertain(analyse(command, holding('b.c'))), isCertain(analyse(command, holding(name)))]).toEqual([
    true,
    false,
  ]);
});
