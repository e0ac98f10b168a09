// What is shipped to the browser: how much, from where, and that nothing in it needs a loose policy.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { verifies } from '@castellan/testkit';
import { expect, test } from 'vitest';

const DIST = join(import.meta.dirname, '..', '..', 'packages', 'web', 'dist');
const MOST_KIB = 350;

interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}
const manifest = JSON.parse(readFileSync(join(DIST, '.vite', 'manifest.json'), 'utf8')) as Readonly<
  Record<string, Chunk>
>;
const html = readFileSync(join(DIST, 'index.html'), 'utf8');
const scripts = readdirSync(join(DIST, 'assets')).filter((name) => name.endsWith('.js'));

/** A chunk's file, its style sheets, and those of everything it imports statically. */
function filesOf(name: string, seen: Set<string> = new Set()): Set<string> {
  const chunk = manifest[name];
  if (chunk === undefined) throw new Error(`no chunk \`${name}\``);
  if (seen.has(chunk.file)) return seen;
  for (const file of [chunk.file, ...(chunk.css ?? [])]) seen.add(file);
  for (const each of chunk.imports ?? []) filesOf(each, seen);
  return seen;
}

const kib = (files: Iterable<string>): number =>
  [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(DIST, file))).length, 0) / 1024;

test(`the inbox weighs at most ${MOST_KIB} KiB gzip, scripts and styles`, () => {
  // The entry loads `start` and the router loads the page: both are on the way to the inbox.
  const files = new Set(
    ['index.html', 'src/start.tsx', 'src/pages/inbox/index.tsx'].flatMap((name) => [...filesOf(name)]),
  );
  expect(files.size).toBeGreaterThan(4);
  const weight = kib(files);
  process.stderr.write(`the inbox weighs ${weight.toFixed(1)} KiB gzip in ${files.size} files\n`);
  expect(weight).toBeLessThanOrEqual(MOST_KIB);
});

test('the policy of the browser is set before a library is loaded', () => {
  const first = [...filesOf('index.html')].filter((file) => file.endsWith('.js'));
  expect(kib(first)).toBeLessThan(4);
});

test('editors and terminals are loaded where they are used', () => {
  const inbox = [...filesOf('src/pages/inbox/index.tsx'), ...filesOf('src/start.tsx')];
  expect(inbox.filter((file) => /code-editor|xterm|screen/.test(file))).toEqual([]);
});

verifies(['W2', 'N4'], 'the page brings everything with it, inline nothing, and nothing of Node', () => {
  expect(scripts.length).toBeGreaterThan(10);
  for (const name of scripts) {
    const text = readFileSync(join(DIST, 'assets', name), 'utf8');
    expect(text, name).not.toMatch(/["'`]node:[a-z]/);
    // Links for a person to press and names of namespaces are no requests.
    expect(text, name).not.toMatch(/\b(?:fetch|import|Worker|src=|href=)\(?["'`]https?:/);
  }
  expect(html).not.toMatch(/<script(?![^>]* src=)/);
  expect(html).not.toMatch(/<style|\sstyle=|\son[a-z]+=/);
  expect(html).not.toMatch(/(?:src|href)="(?!\/)/);
  expect(html).toContain('__CSP_NONCE__');
  for (const [file] of html.matchAll(/(?<=(?:src|href)="\/)assets\/[^"]+/g))
    expect(file).toMatch(/-[\w-]{8}\.(?:js|css)$/);
});
