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

/** Pages of the guide that nobody finds who begins at `docs/README.md`. */
const unlisted = (guide: readonly string[], index: string): readonly string[] =>
  guide.filter((page) => !index.includes(`](${page.replace('docs/', '')})`));

test('the law goes red', () => {
  expect(unlisted(['docs/guide/a.md', 'docs/guide/b.md'], '[A](guide/a.md)')).toEqual(['docs/guide/b.md']);
  expect(broken('README.md', '[a](docs/none.md#x)')).toEqual(['README.md: docs/none.md']);
  expect(broken('README.md', '[a](SECURITY.md#x), [b](https://example.org/none)')).toEqual([]);
});

test('links between pages lead somewhere', () => {
  expect(PAGES.length).toBeGreaterThan(20);
  expect(PAGES.flatMap((page) => broken(page, readRoot(page)))).toEqual([]);
});

test('every page of the guide is listed', () => {
  const guide = filesBelow('docs/guide', /\.md$/);
  expect(guide.length).toBeGreaterThan(8);
  expect(unlisted(guide, readRoot('docs/README.md'))).toEqual([]);
});
