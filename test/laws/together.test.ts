// The files of `npm test` share a few processes, one after another (vitest.config.ts): none may leave anything behind that the next
// would see. Whoever must has a process of its own.
import { expect, test } from 'vitest';
import { goesRed, holds, type Law } from './lib/go-red.ts';
import { nameOf, PACKAGE_TESTS, readRoot, WORKSHOP } from './lib/source.ts';

const ALONE: ReadonlySet<string> = new Set(
  [...(/const ALONE = \[([^\]]*)\]/.exec(readRoot('vitest.config.ts'))?.[1] ?? '').matchAll(/'([^']+)'/g)].map(
    ([, path = '']) => path,
  ),
);
/** What stays when the file is over: modules that were replaced, a folder, an environment that is a copy. */
const STAYS = new Set(['vi.mock', 'vi.doMock', 'vi.resetModules', 'process.chdir', 'process.umask']);

const together: Law = (files) =>
  files
    .filter(({ path }) => !ALONE.has(path))
    .flatMap((file) =>
      file.nodes
        .filter(
          (node) =>
            (node.type === 'CallExpression' && STAYS.has(nameOf(node.callee) ?? '')) ||
            (node.type === 'AssignmentExpression' && nameOf(node.left) === 'process.env'),
        )
        .map(
          (node) => `${file.path}:${file.lineOf(node)} leaves something behind; give it a process in vitest.config.ts`,
        ),
    );

const TESTS = [...PACKAGE_TESTS, ...WORKSHOP].filter(({ path }) => path.endsWith('.test.ts'));

test('no test file leaves anything behind for the next', () => {
  const paths = new Set(TESTS.map(({ path }) => path));
  expect(
    [...ALONE].filter((path) => !paths.has(path)),
    'files that are gone',
  ).toEqual([]);
  expect(ALONE.size).toBeGreaterThan(0);
  holds(together, TESTS);
});

test('the law goes red', () => {
  goesRed(
    together,
    'packages/policy/test/x.test.ts',
    ["vi.mock('./a.ts');", 'vi.resetModules();', "process.chdir('/');", 'process.env = {};'],
    ["vi.spyOn(Date, 'now');", 'const env = { ...process.env };'],
  );
});
