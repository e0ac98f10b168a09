// The agent that spells a word so that the parser reads another one than the shell: strings with escapes of their own, the end of
// a here-document, what stands right behind a list. None of these may be certain, and what they run may not go unsaid.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are shell text
import { verifies } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { analyse, isCertain, lines } from './support/world.ts';

const certain = (commands: readonly string[]): readonly string[] =>
  commands.filter((command) => isCertain(analyse(command)));

verifies(['P11'], 'an escape that shells read in different ways is never certain', () => {
  const escapes = [
    ...['\\x{', '\\x{}', '\\x{41}', '\\x{41', '\\x{4142}', '\\x{4g}', '\\x', '\\xg'],
    ...['\\u', '\\uz', '\\u{41}', '\\U', '\\U0110000b', '\\ud800', '\\u0', '\\U00000000'],
    ...['\\0', '\\x0', '\\x00', '\\400', '\\c', '\\cj', '\\cJ', "\\c\\'", '\\c@'],
    ...['\\8', '\\q', '\\.', '\\/', '\\-', '\\ ', '\\$', '\\`', '\\M-a', '\\C-a', '\\\n'],
  ];
  const places = [
    (string: string) => `cat ${string}`,
    (string: string) => `cat src/${string}.txt`,
    (string: string) => `x=${string}; cat "$x"`,
    (string: string) => `echo x > ${string}`,
    (string: string) => `a=(${string}); cat "\${a[@]}"`,
    (string: string) => `xargs cat <<< ${string}`,
  ];
  const ways = escapes.flatMap((each) =>
    ["$'5", "$'"].flatMap((begin) => places.map((place) => place(`${begin}${each}'`))),
  );
  expect(certain(ways)).toEqual([]);
});

test('an escape that all shells read in one way stays certain', () => {
  const P = '/home/u/project';
  const strings: readonly (readonly [string, string])[] = [
    ["$'\\x61\\142\\u63\\U00000064'", 'abcd'],
    ["$'\\x6'1", '\x061'],
    ["$'a\\'\\\"\\?\\\\'", 'a\'"?\\'],
    ["$'a\\tb\\nc'", 'a\tb\nc'],
    ["$'\\1011'", 'A1'],
    ["$'\\x414'", 'A4'],
    ["$'plain {text}'", 'plain {text}'],
  ];
  for (const [string, text] of strings) {
    const told = lines(analyse(`cat ${string}`));
    if (/^[\n\t\x20-\x7e]*$/.test(text)) expect(told).toContain(`read ${P}/${text} certain`);
    else expect(told).not.toContain(`read ${P}/${text} certain`);
  }
});

verifies(['P11'], 'a here-document whose end shells read in different ways is never certain', () => {
  const ends = [
    ...[
      "$'E'",
      "$'\\x{'",
      '$"E"',
      '$(x)',
      '$(case x in x) rm a;; esac)',
      '${x}',
      "${x:-'}'}",
      '`x`',
      "''$()",
      '`"`"$"',
    ],
    ...['\\E<(x)', 'E>(rm a)', '"a\\b"', '"$x"', "E'F'", 'E"F"', '\\\tE', "'\tE'", '$[1]', '$', 'E\\', "'a\nb'"],
  ];
  const places = [
    (end: string) => `cat <<${end}\ntext\nE`,
    (end: string) => `cat <<-${end}\ntext\nE`,
    (end: string) => `cat << ${end}; ls\ntext\nE`,
    (end: string) => `echo "$(cat <<${end}\ntext\nE\n)"`,
    (end: string) => `false && cat <<${end}\ntext\nE\n`,
    (end: string) => `f() { cat <<${end}\ntext\nE\n}`,
    (end: string) => `if false; then echo \${x:-$(cat <<${end}\ntext\nE\n)}; fi`,
    (end: string) => `eval 'cat <<${end.replaceAll("'", "'\\''")}\ntext\nE'`,
  ];
  expect(certain(ends.flatMap((end) => places.map((place) => place(end))))).toEqual([]);
});

test('an ordinary here-document stays certain, whatever stands in it', () => {
  const fine = [
    'cat <<E\ntext\nE',
    "cat <<'E'\n$(rm a)\nE",
    'cat <<"END OF"\n`rm a`\nEND OF',
    'cat <<\\E\n$(rm a)\nE',
    'cat <<-E\n\ttext\n\tE',
    'cat << E.1 | head\ntext\nE.1',
    'echo "$(cat <<E\ntext\nE\n)"',
    '(cat <<E)\ntext\nE',
    'cat > a.cpp <<\'E\'\nstd::cout << "a\\n" << f(x) << $(y) << std::endl;\nE',
    "echo 'cat <<$(x)'",
    'cat <<< "$HOME"',
  ];
  expect(fine.filter((command) => !isCertain(analyse(command)))).toEqual([]);
});

verifies(['P11'], 'what stands right behind a list is neither certain nor passed over', () => {
  const behind = [
    '`rm b`',
    '"`rm b`"',
    'x`rm b`',
    '$(rm b)',
    '"$(rm b)"',
    'y$(rm b)z',
    '${x:-$(rm b)}',
    '"("$(rm b)")"',
  ];
  const lists = ['a=()', 'a=(x)', 'a+=(x y)', 'a[0]=(x)', 'a=($(rm b))', 'a=(\n)', 'a=(x # )\n)', 'LC_ALL=(x)'];
  const ways = lists.flatMap((list) =>
    behind.flatMap((each) => [`${list}${each}`, `${list}${each}; ls`, `f() { ${list}${each}; }; f`]),
  );
  expect(certain(ways)).toEqual([]);
  // What the parser does see of it is said all the same.
  for (const command of ['a=($(rm b)) c=(x)$(y)', 'a=($(rm b) x)$(y)', 'a[0]=($(rm b))'])
    expect(analyse(command).some(({ kind }) => kind === 'delete')).toBe(true);
  const broken = [
    'a=(b)c',
    "a=(b)'c'",
    'a=(b)$x',
    'a=(b)(c)',
    'a=(b;c)',
    'a=(b|c)',
    'a=(b>c)',
    'a=(b)$(c)',
    'a=(b)=c',
    'a[0]=(b)',
  ];
  expect(certain(broken)).toEqual([]);
  const fine = [
    'a=()',
    'a=(b)',
    'a=(b "c d" $(date))',
    'a=(b # c)\nd)',
    'a=(b);ls',
    'a=(b)&&ls',
    '(a=(b))',
    'a=(b)>c',
    'a=(\n  b\n  c\n)',
  ];
  expect(fine.filter((command) => !isCertain(analyse(command)))).toEqual([]);
});

test('what is run later names who was asked, however little it is told', () => {
  for (const command of ['at now < /dev/null', "at<<''", 'at 5 <<< ls', 'batch < /dev/null', "echo x | at<<''"])
    expect(lines(analyse(command))).toContain(`execute ${command.includes('batch') ? 'batch' : 'at'} certain`);
});

test('what a word runs is told whatever becomes of the word', () => {
  for (const command of [
    'echo =$(rm b)',
    'echo =`rm b`',
    'a=(=$(rm b))',
    'a=(=$(($(rm b))))',
    'cat =$(rm b)x',
    '=$(rm b) x',
  ])
    expect(
      analyse(command).some(({ kind }) => kind === 'delete'),
      command,
    ).toBe(true);
});
