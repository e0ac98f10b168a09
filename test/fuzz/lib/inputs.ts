// Inputs that are meant to be slow: ordinary programs, damaged ones, and bombs of every construct that can be repeated.
import { createPrograms } from './programs.ts';
import type { Random } from './random.ts';

type Bomb = (size: number) => string;
const times = (text: string, count: number): string => text.repeat(Math.max(0, count));
const names = (count: number, make: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => make(n)).join('');

/** Each grows with its size; most stay below the size at which a command is refused unread. */
export const BOMBS: readonly [Bomb, ...Bomb[]] = [
  (n) => times('(', n) + times(')', n),
  (n) => `${times('$(', n)}x${times(')', n)}`,
  (n) => `${times('"$(', n)}x${times(')"', n)}`,
  (n) => `${times('{ ', n)}x${times('; }', n)}`,
  (n) => `echo ${times('{a,b}', n)}`,
  (n) => `echo ${times('{a,', n)}b${times('}', n)}`,
  (n) => `echo {1..${n * 1000}}`,
  (n) => `echo ${times('{1..9}', n)}`,
  (n) => `echo {${times('a,', n * 10)}b}{${times('a,', n * 10)}b}`,
  (n) => `echo ${times('x', n * 500)}`,
  (n) => `echo "${times('x$y', n * 100)}"`,
  (n) => times('> f ', n * 10),
  (n) => times('<<E ', n),
  (n) => `cat ${times('<<E ', n)}\n${times('x\nE\n', n)}`,
  (n) => times('a|', n * 20),
  (n) => `${times('a;', n * 50)}b`,
  (n) => `${times('a&&', n * 20)}b`,
  (n) => times('if a; then ', n) + times(' fi;', n),
  (n) => times('while a; do ', n) + times('done;', n),
  (n) => times('for x in a b c; do ', n) + times('done;', n),
  (n) => `${times('for x in a b c d e f g h; do ', Math.min(n, 12))}echo $x${times('; done', Math.min(n, 12))}`,
  (n) => `${names(n * 3, (k) => `f${k}() { f${k + 1}; f${k + 1}; }; `)}f0`,
  (n) => `${names(n, (k) => `f${k}() { f${k + 1}; f${k + 1}; f${k + 1}; }\n`)}f${n}() { ls; }\nf0`,
  () => 'f() { f; f; }; f',
  (n) => `${names(n * 4, (k) => `alias a${k}='a${k + 1} a${k + 1}';\n`)}a0`,
  (n) => `${names(n * 3, (k) => `v${k + 1}=$v${k}$v${k};`)}echo $v${n}`,
  (n) => `v=x;${times('v=$v$v;', n)}echo $v`,
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is shell text
  (n) => `v=(a b);${times('v=("${v[@]}" "${v[@]}");', n)}echo "\${v[@]}"`,
  (n) => `${times('eval "', Math.min(n, 20))}x`,
  (n) => {
    let text = 'ls';
    for (let k = 0; k < Math.min(n, 12); k += 1) text = `eval ${JSON.stringify(text)}`;
    return text;
  },
  (n) => {
    let text = 'ls';
    for (let k = 0; k < Math.min(n, 12); k += 1) text = `sh -c ${JSON.stringify(text)}`;
    return text;
  },
  (n) => `case x in ${times('a) b;; ', n * 10)}esac`,
  (n) => `case ${times('*', n * 10)} in ${times('*?', n * 10)}) a;; esac`,
  (n) => `[[ ${times('( a == b ) || ', n * 5)} c ]]`,
  (n) => `[[ ${times('( ', n)}a${times(' )', n)} ]]`,
  (n) => `echo $((${times('(', n)}1${times(')', n)}))`,
  (n) => `echo $((${times('1+', n * 50)}1))`,
  (n) => `echo \${x:-${times('${x:-', n)}y${times('}', n)}}`,
  (n) => `echo \${x//${times('*a', n * 5)}/b}`,
  (n) => `x=${times('a', n * 100)}; echo \${x//${times('*a', n)}/b} \${x%%${times('*a', n)}}`,
  (n) => `x=$'${times('\\x41', n * 100)}'; $x`,
  (n) => `find . ${times('-name x -o ', n * 5)} -exec ${times('env ', n)} rm {} \\;`,
  (n) => `${times('env ', n * 10)}rm x`,
  (n) => `${times('sudo nice timeout 1 ', n)}rm x`,
  (n) => `${times('xargs ', n * 5)}rm`,
  (n) => `rm ${times('*/', n * 5)}*`,
  (n) => `rm ${times('../', n * 50)}x`,
  (n) => `rm ${times('a/', n * 50)}x`,
  (n) => `rm ${names(n * 20, (k) => `f${k} `)}`,
  (n) => `cat ${names(n * 10, (k) => `d${k}/* `)}`,
  (n) => `git ${times('-c a=b ', n * 10)}status`,
  (n) => `git ${times('-C .. ', n * 20)}status`,
  (n) => `sed ${times("-e 's/a/b/;' ", n * 10)}f`,
  (n) => `sed '${times('s/a/b/;', n * 20)}' f`,
  (n) => `sed '${times('{', n)}p${times('}', n)}' f`,
  (n) => `awk '{${times('print $1;', n * 20)}}' f`,
  (n) => `awk '${times('{', n)}print${times('}', n)}' f`,
  (n) => `awk 'BEGIN { ${times('a = a "b";', n * 10)} system(a) }'`,
  (n) => `jq '${times('.a|', n * 20)}.b' f`,
  (n) => `jq '${times('(', n)}.${times(')', n)}' f`,
  (n) => `sqlite3 x.db 'SELECT ${times('a,', n * 20)}b FROM t'`,
  (n) => `psql -c 'SELECT ${times('(SELECT ', Math.min(n, 40))}1${times(')', Math.min(n, 40))}'`,
  (n) => `psql -c '${times('SELECT 1;', n * 10)}'`,
  (n) => `psql -c "SELECT 1 ${times('AND 1=1 ', n * 10)}"`,
  (n) => `psql -c "SELECT ${times('a OR (b AND ', Math.min(n, 60))}c${times(')', Math.min(n, 60))}"`,
  (n) => `curl ${times('-H a:b ', n * 20)}https://example.org`,
  (n) => `curl https://${times('a.', n * 20)}org/${times('%41', n * 20)}`,
  (n) => `tar ${times('--exclude x ', n * 10)}-cf a b`,
  (n) => `python -c '${times('a = 1\n', n * 20)}'`,
  (n) => `echo ${times('\'a\'"b"', n * 100)}`,
  (n) => times('\\\n', n * 50),
  (n) => times('`', n * 2),
  (n) => `${times('`a ', n)}${times('`', n)}`,
  (n) => times('!', n * 20),
  (n) => times('#\n', n * 50),
  (n) => `cat <<${times('E', n * 50)}\n${times('line\n', n * 50)}`,
  (n) => `trap '${times('a;', n * 20)}' EXIT; ${times('trap x INT;', n * 5)}`,
  (n) => times('coproc a;', n * 5),
  (n) => `${times('cd a;', n * 20)}rm x`,
  (n) => `${times('if a; then cd b; else cd c; fi;', n)}rm x`,
  (n) => `${times('if a; then v=$v1; else v=$v2; fi;', n)}rm $v`,
  (n) => `${times('a=1 ', n * 30)}b`,
  (n) => `read ${names(n * 20, (k) => `v${k} `)} <<< '${times('x ', n * 20)}'`,
  (n) =>
    `mapfile -t v <<< '${times('x\n', n * 20)}'; for i in "\${v[@]}"; do for j in "\${v[@]}"; do rm $i$j; done; done`,
  (n) => `for i in ${names(n * 20, (k) => `a${k} `)}; do rm $i; done`,
  (n) => `for ((i=0;i<${n * 1000};i++)); do rm $i; done`,
  (n) => `set -- ${names(n * 20, (k) => `a${k} `)}; while [ $# -gt 0 ]; do rm $1; shift; done`,
  (n) => names(n * 20, (k) => `export v${k}=1;`),
  (n) => names(n * 20, (k) => `declare v${k}=a;`),
  (n) => times('git push --force;', n * 10),
  (n) => times('rm -r /home;', n * 10),
  (n) => times('grep -r a /;', n * 10),
  (n) => times('cat a | sh;', n * 10),
  (n) => times('echo a b c | xargs rm;', n * 5),
  (n) => times('terraform apply;', n * 10),
  (n) => `for i in ${names(30, (k) => `a${k} `)}; do ${times('git push --force;', n)} done`,
  (n) => `\u202e${times('a', n)}`,
  (n) => times('é', n * 100),
  (n) => times('\u{1f600} ', n * 20),
];

export interface Inputs {
  next(): string;
}

/** Half bombs, damaged or not, half programs; now and then several in a row. */
export function createInputs(random: Random): Inputs {
  const programs = createPrograms(random);
  const bomb = (): string => {
    const size = random.pick([3, 20, 90, 100, 400]);
    return random.pick(BOMBS)(1 + random.below(size));
  };
  const one = (): string => {
    const text = random.once(2) ? bomb() : programs.program();
    return random.once(2) ? programs.mutated(text) : text;
  };
  return { next: () => (random.once(6) ? `${one()}\n${one()};${one()}` : one()) };
}
