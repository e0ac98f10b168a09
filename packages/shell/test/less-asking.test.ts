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
];
const ASKED = [
  'grep $key file.txt',
  'grep "$key" file.txt',
  'grep "-$key" file.txt',
  'grep `hostname -F x` file.txt',
  'whoami() { echo -f.env; }; grep `whoami` file.txt',
  'find "$x" -name a',
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
