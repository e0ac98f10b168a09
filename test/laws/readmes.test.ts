// A package says in its README's first sentence, and in its package.json, what the architecture says it is.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ARCHITECTURE, importName, isPackageName } from './architecture.ts';
import { packageFolders, ROOT, readRoot } from './lib/source.ts';

/** The first sentence below the title: up to a full stop that ends a word, line breaks as spaces. */
function firstSentence(readme: string): string {
  const body = readme.replace(/^#[^\n]*\n+/, '').replaceAll(/\s*\n(?!\n)/g, ' ');
  return /^.*?\.(?=\s|$)/.exec(body)?.[0] ?? '';
}

const asSentence = (row: string): string => `${row.charAt(0).toUpperCase()}${row.slice(1)}.`;

test('there are packages', () => expect(packageFolders().length).toBeGreaterThan(0));

test.for(packageFolders())('%s introduces itself as the architecture does', (name) => {
  if (!isPackageName(name)) throw new Error(`\`${name}\` is no package of the architecture`);
  const sentence = asSentence(ARCHITECTURE[name].sentence);
  expect(existsSync(join(ROOT, `packages/${name}/README.md`)), 'README.md is missing').toBe(true);
  expect(firstSentence(readRoot(`packages/${name}/README.md`))).toBe(sentence);
  const manifest = JSON.parse(readRoot(`packages/${name}/package.json`)) as Record<string, unknown>;
  expect(manifest).toMatchObject({
    name: importName(name),
    description: sentence,
    license: 'Apache-2.0',
    type: 'module',
  });
});

test('the law goes red', () => {
  expect(firstSentence('# a\n\nOwns `gate.ts`. More.\n')).toBe('Owns `gate.ts`.');
  expect(firstSentence('# a\n\nNo stop\n')).toBe('');
  expect(firstSentence('# a\n\nBroken\nin two. More')).toBe('Broken in two.');
});
