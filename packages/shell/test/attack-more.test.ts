// The agent that makes an understood command do more than the tables say: a variable set inside a word, an option whose
// value changes what is read, a pattern that becomes several words, an environment printed.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are shell text
import { verifies } from '@castellan/testkit';
import { expect, test } from 'vitest';
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
