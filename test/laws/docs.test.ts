// Law: what a package offers says what it is. A function or class that an `index.ts` exports has a doc comment right above it:
// what goes in and comes out, in which unit, what it does on faults.
import { posix } from 'node:path';
import { expect, test } from 'vitest';
import { goesRed, holds, type Law } from './lib/go-red.ts';
import { isNode, SOURCES, type SourceFile, type SyntaxNode } from './lib/source.ts';

const list = (value: unknown): readonly SyntaxNode[] => (Array.isArray(value) ? value.filter(isNode) : []);
const named = (node: unknown): string => (isNode(node) ? String(node.name ?? node.value ?? '') : '');

/** `name` to where it is declared: what an index exports from the files beside it, types left out. */
function offered(index: SourceFile): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const node of index.nodes) {
    // `export * from`: all that the file exports.
    if (node.type === 'ExportAllDeclaration' && isNode(node.source))
      found.set(`${posix.join(posix.dirname(index.path), String(node.source.value))} *`, '*');
    if (node.type !== 'ExportNamedDeclaration' || node.exportKind === 'type' || !isNode(node.source)) continue;
    const path = posix.join(posix.dirname(index.path), String(node.source.value));
    for (const entry of list(node.specifiers))
      if (entry.exportKind !== 'type') found.set(`${path} ${named(entry.local)}`, named(entry.local));
  }
  return found;
}

/** A function or class, or a constant that is a function. */
function declares(node: SyntaxNode): readonly string[] {
  const { declaration } = node;
  if (!isNode(declaration)) return [];
  if (declaration.type === 'FunctionDeclaration' || declaration.type === 'ClassDeclaration')
    return [named(declaration.id)];
  if (declaration.type !== 'VariableDeclaration') return [];
  return list(declaration.declarations)
    .filter(({ init }) => isNode(init) && /^(?:Arrow)?FunctionExpression$/.test(init.type))
    .map(({ id }) => named(id));
}

const isDocumented = (file: SourceFile, node: SyntaxNode): boolean =>
  /\/\*\*(?:(?!\*\/)[\s\S]){20,}\*\/\s*$/.test(file.text.slice(0, node.start));

const documented: Law = (files) => {
  const wanted = new Set(
    files.filter(({ path }) => path.endsWith('/index.ts')).flatMap((index) => [...offered(index).keys()]),
  );
  return files.flatMap((file) =>
    file.nodes
      .filter(({ type }) => type === 'ExportNamedDeclaration')
      .flatMap((node) =>
        declares(node)
          .filter(
            (name) => [name, '*'].some((each) => wanted.has(`${file.path} ${each}`)) || file.path.endsWith('/index.ts'),
          )
          .filter(() => !isDocumented(file, node))
          .map(
            (name) =>
              `${file.path}:${file.lineOf(node)} \`${name}\` is public and does not say what it is: write /** … */`,
          ),
      ),
  );
};

/** The public doors: `index.ts` of a package, not of a room inside it. */
const isDoor = ({ path }: SourceFile): boolean =>
  !path.endsWith('/index.ts') || /^packages\/[^/]+\/src\/index\.ts$/.test(path);
const looked = SOURCES.filter(isDoor);

test('it goes red', () => {
  goesRed(
    documented,
    'packages/x/src/index.ts',
    [
      'export function f() {}',
      'export const f = () => 1;',
      '/** Too short. */\nexport class F {}',
      '/** Says what it is and more. */\n\nconst a = 1;\nexport function f() {}',
    ],
    [
      '/** Says what it is, in seconds. */\nexport function f() {}',
      'export const LIMIT = 3;',
      'export type { F } from "./f.ts";',
    ],
  );
});

test('public functions and classes say what they are', () => {
  expect(looked.filter(({ path }) => path.endsWith('/src/index.ts')).length).toBeGreaterThan(5);
  expect(
    looked.filter(({ path }) => path.endsWith('/src/index.ts')).flatMap((index) => [...offered(index)]).length,
  ).toBeGreaterThan(50);
  holds(documented, looked);
});
