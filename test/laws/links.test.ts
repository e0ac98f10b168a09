// Law: a link between our own pages leads somewhere.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { filesBelow, ROOT, readRoot } from './lib/source.ts';

const PAGES = [
  ...['README', 'ARCHITECTURE', 'CONTRIBUTING', 'SECURITY', 'CHANGELOG', 'DEPENDENCIES'].map((name) => `${name}.md`),
  ...['docs', 'packages', 'test', 'examples'].flatMap((folder) => filesBelow(folder, /\.md$/)),
];

/** Links and pictures of a page that lead to no file; addresses on the web are not looked at. */
const broken = (page: string, text: string): readonly string[] =>
  [...text.matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target) && !existsSync(join(ROOT, dirname(page), target)))
    .map((target) => `${page}: ${target}`);

test('the law goes red', () => {
  expect(broken('README.md', '[a](docs/none.md#x)')).toEqual(['README.md: docs/none.md']);
  expect(broken('README.md', '[a](SECURITY.md#x), [b](https://example.org/none)')).toEqual([]);
});

test('links between pages lead somewhere', () => {
  expect(PAGES.length).toBeGreaterThan(20);
  expect(PAGES.flatMap((page) => broken(page, readRoot(page)))).toEqual([]);
});
