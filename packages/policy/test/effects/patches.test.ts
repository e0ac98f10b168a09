// Which files a patch changes, read as its tool reads it: what could be a head and is not known makes all of it unreadable.

import { expect, test } from 'vitest';
import { readPatch } from '../../src/effects/patches.ts';

const patch = (...lines: readonly string[]): string => ['*** Begin Patch', ...lines, '*** End Patch', ''].join('\n');

test('every file it makes, changes, moves and deletes', () => {
  expect(
    readPatch(
      patch(
        ...['*** Add File: a/new.txt', '+x', '+*** Delete File: not-a-head', '*** Update File: b.txt'],
        ...['*** Move to: /etc/c.txt', '@@', '-old', '+new', '*** End of File', '*** Delete File: d e.txt'],
      ),
    ),
  ).toEqual([
    { kind: 'write', path: 'a/new.txt' },
    { kind: 'write', path: 'b.txt' },
    { kind: 'write', path: '/etc/c.txt' },
    { kind: 'delete', path: 'd e.txt' },
  ]);
});

test('a head that is indented, or ends in blanks Rust knows and JavaScript does not, is a head', () => {
  expect(readPatch(patch('  *** Add File: /etc/x  ', '\u0085*** Delete File: y\u0085'))).toEqual([
    { kind: 'write', path: '/etc/x' },
    { kind: 'delete', path: 'y' },
  ]);
});

test('what begins with stars and is not known, no file at all, and more files than anybody reads: nothing can be told', () => {
  for (const text of [
    patch('*** Copy File: a', '*** Add File: b'),
    patch('*** Add File: '),
    patch('*** Environment ID: other', '*** Add File: b'),
    patch(),
    'no patch',
    patch(...Array.from({ length: 1001 }, (_, at) => `*** Add File: f${at}`)),
  ])
    expect(readPatch(text)).toBeNull();
});
