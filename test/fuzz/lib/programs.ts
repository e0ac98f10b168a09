// Random shell programs of many constructs, small enough to run by the thousand. Every name that can be executed is one of
// a few; nothing here exists where the programs run.
import type { Random } from './random.ts';

/** Known to the analysis, with effects that can be checked, and unknown to it. */
const KNOWN = ['rm', 'touch', 'cat', 'ls', 'wc', 'head', 'mkdir', 'sort'] as const;
const UNKNOWN = ['c1', 'c2', 'c3', 'c4', 'c5'] as const;
const VARIABLES = ['a', 'b', 'x', 'y'] as const;
const FUNCTIONS = ['f', 'g', 'ls', 'cat'] as const;

export interface Programs {
  program(): string;
  mutated(text: string): string;
}

export function createPrograms(random: Random): Programs {
  const { below, pick, once } = random;
  let fuel = 0;
  const spend = (): boolean => {
    fuel -= 1;
    return fuel > 0;
  };
  const one = (ways: readonly [() => string, ...(() => string)[]]): string => pick(ways)();
  const list = (most: number, make: () => string, between: string): string =>
    Array.from({ length: 1 + below(most) }, make).join(between);

  const name = (): string => (once(2) ? pick(KNOWN) : pick(UNKNOWN));
  const variable = (): string => pick(VARIABLES);
  const file = (): string => pick(['f1', 'f2', 'd1/f3', 'd1', 'new1', 'new2', '../n', './f1', '~/h', 'd2/x y']);
  const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
  /** Text as a word may spell it. */
  const spelt = (text: string): string =>
    one([
      () => text,
      () => text,
      () => `'${text}'`,
      () => `"${text}"`,
      () => `${text.slice(0, 1)}''${text.slice(1)}`,
      () => `\\${text}`,
      () => `$'${[...text].map((c) => `\\x${c.charCodeAt(0).toString(16)}`).join('')}'`,
      () => `$'${[...text].map((c) => `\\${c.charCodeAt(0).toString(8)}`).join('')}'`,
      () => `${text.slice(0, 1)}"${text.slice(1)}"`,
      () => (once(6) ? `$"${text}"` : text),
      () => (once(6) ? `${text.slice(0, 1)}\\\n${text.slice(1)}` : text),
    ]);

  function expansion(): string {
    const v = variable();
    return one([
      () => `$${v}`,
      () => `\${${v}}`,
      () => `"$${v}"`,
      () => `"\${${v}[@]}"`,
      () => `\${${v}[${below(3)}]}`,
      () => `\${${v}:-${word()}}`,
      () => `\${${v}:=${word()}}`,
      () => `\${${v}:+${word()}}`,
      () => `\${${v}#${pick(['c', '*', 'f?'])}}`,
      () => `\${${v}%%${pick(['1', '*', '.*'])}}`,
      () => `\${${v}/${pick(['c', '1', '?'])}/${word()}}`,
      () => `\${${v}:${below(3)}:${below(3)}}`,
      () => `\${${v}:\${${v}2:-${below(2)}}}`,
      () => `\${${v}^}`,
      () => `\${!${v}}`,
      () => `\${#${v}}`,
      () => `\${${v}@${pick(['Q', 'E', 'P', 'A'])}}`,
      () => '$1',
      () => '"$@"',
      () => '$*',
      () => '$#',
      () => '$?',
      () => `$((${arithmetic()}))`,
      () => `$(${commands()})`,
      () => `"$(${commands()})"`,
      () => `\`${name()} ${file()}\``,
      () => `$(< ${file()})`,
      () => `<(${commands()})`,
      () => `{${name()},${file()}}`,
      () => `${file()}{,x}`,
      () => `c{1..${1 + below(3)}}`,
      () => pick(['*', 'f*', '?1', '[fn]*', 'd1/*', '*/', '~', '~/h*']),
    ]);
  }

  const arithmetic = (): string =>
    one([
      () => `${below(4)}`,
      () => variable(),
      () => `${variable()}++`,
      () => `${variable()}=${below(3)}`,
      () => `${variable()}[$(${name()})]`,
      () => `${variable()} + ${below(3)}`,
      () => `$(${name()}) + 1`,
      () => `${below(2)} ? ${variable()} : ${below(2)}`,
    ]);

  function word(): string {
    if (!spend()) return file();
    return one([
      () => spelt(file()),
      () => spelt(file()),
      () => file(),
      () => spelt(name()),
      expansion,
      expansion,
      () => `${spelt('c')}${expansion()}`,
    ]);
  }

  const redirect = (): string =>
    one([
      () => `> ${file()}`,
      () => `>> ${word()}`,
      () => `2>&1`,
      () => `< ${file()}`,
      () => `<<< ${word()}`,
      () => `&> ${file()}`,
      () => `>| ${file()}`,
      () => `{fd}> ${file()}`,
      () => `<> ${file()}`,
      () => `<<E\n${pick(['text', `$(${name()})`, `$${variable()}`, `\\$(${name()})`])}\nE\n`,
      () => `<<'E'\n$(${name()})\nE\n`,
      () => `3> ${file()} 4>&3`,
      () => `> >(${name()})`,
    ]);

  const assignment = (): string => {
    const v = variable();
    return one([
      () => `${v}=${word()}`,
      () => `${v}=${spelt(name())}`,
      () => `${v}+=${word()}`,
      () => `${v}=(${list(3, word, ' ')})`,
      () => `${v}[${arithmetic()}]=${word()}`,
      () => `${v}+=(${spelt(name())})`,
    ]);
  };

  const call = (): string => {
    const head = one([
      () => spelt(name()),
      () => spelt(name()),
      () => name(),
      () => expansion(),
      () => pick(FUNCTIONS),
      () => `$${variable()}`,
      () => `"\${${variable()}[@]}"`,
    ]);
    const before = once(6) ? `${assignment()} ` : '';
    const args = Array.from({ length: below(4) }, word).join(' ');
    const after = once(4) ? ` ${redirect()}` : '';
    return `${before}${head} ${args}${after}`.trimEnd();
  };

  const builtin = (): string => {
    const v = variable();
    return one([
      () => `eval ${spelt(name())} ${word()}`,
      () => `eval ${quoted(commands())}`,
      () => `eval "${name()} $${v}"`,
      () => `set -- ${list(3, word, ' ')}`,
      () => `shift`,
      () => `read ${v} <<< ${word()}`,
      () => `read -r ${v} y <<< ${quoted(`${name()} ${file()}`)}`,
      () => `printf -v ${v} %s ${word()}`,
      () => `printf -v '${v}[$(${name()})]' x`,
      () => `declare ${v}=${word()}`,
      () => `declare -n ${v}=${variable()}`,
      () => `declare -i ${v}=${variable()}`,
      () => `declare '${v}[$(${name()})]=1'`,
      () => `export ${v}=${word()}`,
      () => `local ${v}=${word()}`,
      () => `readonly ${v}x=${word()}`,
      () => `unset ${v}`,
      () => `unset '${v}[$(${name()})]'`,
      () => `unset -f ${pick(FUNCTIONS)}`,
      () => `mapfile -t ${v} <<< ${quoted(`${name()}\n${file()}`)}`,
      () => `mapfile -C ${name()} -c 1 ${v} <<< x`,
      () => `trap ${quoted(commands())} ${pick(['EXIT', 'ERR', 'DEBUG', 'RETURN', 'USR1', '0'])}`,
      () => `cd ${pick(['d1', 'd2', '..', '-', 'missing', '.', '~'])}`,
      () => `pushd d1`,
      () => `popd`,
      () => `command ${name()} ${word()}`,
      () => `command -v ${name()}`,
      () => `builtin eval ${quoted(call())}`,
      () => `exec ${name()} ${word()}`,
      () => `exec ${redirect()}`,
      () => `source /dev/stdin <<< ${quoted(call())}`,
      () => `. <(printf %s ${quoted(call())})`,
      () => `let ${v}=${below(3)}`,
      () => `let '${v}[$(${name()})]=1'`,
      () => `test ${word()}`,
      () => `[ -v '${v}[$(${name()})]' ]`,
      () => `[ ${word()} = ${word()} ]`,
      () => `[[ ${word()} == ${word()} ]]`,
      () => `[[ -n $(${name()}) ]]`,
      () => `[[ ${v} -eq $((${arithmetic()})) ]]`,
      () => `[[ '${v}[$(${name()})]' -eq 0 ]]`,
      () => `((${arithmetic()}))`,
      () => `shopt -s expand_aliases\nalias ${pick(['h', 'ls'])}=${quoted(call())}\n${pick(['h', 'ls'])} ${word()}`,
      () => `shopt -s ${pick(['nullglob', 'extglob', 'dotglob', 'globstar', 'failglob'])}`,
      () => `set ${pick(['-e', '-u', '-f', '+f', '-x', '-o pipefail', '-k', '-a'])}`,
      () => `PS4='$(${name()})'; set -x; :`,
      () => `IFS=${pick(['1', ':', '/', '""'])}`,
      () => `wait`,
      () => `return`,
      () => `exit ${below(3)}`,
      () => `break`,
      () => `: ${word()}`,
      () => `echo ${word()}`,
      () => `printf '%s ' ${word()}`,
      () => `type ${name()}`,
      () => `hash -p /none/x ${name()}`,
      () => `enable -n ${pick(['echo', 'printf', 'test'])}`,
      () => `getopts ${v} OPT`,
      () => `time ${call()}`,
    ]);
  };

  function compound(): string {
    const v = variable();
    return one([
      () => `if ${commands()}; then ${commands()}; else ${commands()}; fi`,
      () => `for ${v} in ${list(3, word, ' ')}; do ${commands()}; done`,
      () => `for ${v}; do ${commands()}; done`,
      () => `for ((${v}=0; ${v}<2; ${v}++)); do ${commands()}; done`,
      () => `n=0; while [ $((n++)) -lt 2 ]; do ${commands()}; done`,
      () => `until [ $((n++)) -gt 1 ]; do ${commands()}; done`,
      () => `while read -r ${v}; do ${commands()}; done <<< ${quoted(`${name()} ${file()}\n${file()}`)}`,
      () =>
        `case ${word()} in ${pick(['*', 'f1', '$a', 'c?', `$(${name()})`])}) ${commands()}${pick([';;', ';&', ';;&'])} *) ${commands()};; esac`,
      () => `(${commands()})`,
      () => `{ ${commands()}; }`,
      () => `{ ${commands()}; } ${redirect()}`,
      () => `${pick(FUNCTIONS)}() { ${commands()}; }; ${pick(FUNCTIONS)} ${word()}`,
      () => `function ${pick(FUNCTIONS)} { ${commands()}; }\n${pick(FUNCTIONS)} ${word()}`,
      () => `${pick(FUNCTIONS)}() (${commands()}); ${pick(FUNCTIONS)}`,
      () => `select ${v} in ${word()}; do ${commands()}; break; done <<< 1`,
      () => `coproc ${commands()}`,
      () => `coproc N { ${commands()}; }`,
      () => `! ${call()}`,
    ]);
  }

  const command = (): string => {
    if (!spend()) return `${name()} ${file()}`;
    return one([
      call,
      call,
      call,
      builtin,
      builtin,
      compound,
      () => `${assignment()}`,
      () => `${assignment()}; ${call()}`,
    ]);
  };

  const commands = (): string => {
    if (!spend()) return name();
    const count = 1 + below(3);
    let text = command();
    for (let n = 1; n < count; n += 1)
      text += `${pick(['; ', ' && ', ' || ', ' | ', ' |& ', '\n', ' & ', '; '])}${command()}`;
    return text;
  };

  /** Values that are known from the start, so that what is made of them can be told. */
  const preamble = (): string =>
    once(3)
      ? ''
      : `${Array.from({ length: 1 + below(3) }, () =>
          one([
            () => `${variable()}=${spelt(file())}`,
            () => `${variable()}=${spelt(name())}`,
            () => `${variable()}=(${spelt(name())} ${spelt(file())})`,
            () => `set -- ${spelt(file())} ${spelt(name())}`,
            () => `${pick(FUNCTIONS)}() { ${name()} "$1" ${variable()}; }`,
            () => `cd ${pick(['d1', 'd2', '..'])}`,
          ]),
        ).join('\n')}\n`;

  const MARKS = [
    ' ',
    '\n',
    ';',
    '"',
    "'",
    '$',
    '`',
    '\\',
    '(',
    ')',
    '{',
    '}',
    '&',
    '|',
    '<',
    '>',
    '*',
    '#',
    '!',
    '=',
  ] as const;
  return {
    program: () => {
      fuel = 2 + below(pick([6, 12, 30]));
      return `${preamble()}${list(1 + below(3), commands, '\n')}`;
    },
    mutated: (text) => {
      let result = text;
      for (let n = 1 + below(3); n > 0; n -= 1) {
        const at = below(result.length + 1);
        const to = Math.min(result.length, at + 1 + below(4));
        result = one([
          () => result.slice(0, at) + result.slice(to),
          () => result.slice(0, at) + pick(MARKS) + result.slice(at),
          () => result.slice(0, to) + result.slice(at),
          () => result.slice(0, at) + pick(MARKS) + result.slice(to),
        ]);
      }
      return result;
    },
  };
}
