// Which package may import which, and by which door.
import { existsSync } from 'node:fs';
import { join, normalize } from 'node:path/posix';
import { expect, test } from 'vitest';
import { ARCHITECTURE, importName, isPackageName, PACKAGE_NAMES, reasonAgainst } from './architecture.ts';
import { goesRed, holds, type Law } from './lib/go-red.ts';
import { PACKAGE_TESTS, packageFolders, ROOT, readRoot, SOURCES, type SourceFile } from './lib/source.ts';

const OURS = /^@castellan\/([^/]+)(\/.*)?$/;

/** Arrows between packages follow the table. */
const arrows: Law = (files) =>
  files.flatMap((file) =>
    file.imports.flatMap(({ specifier, line }) => {
      const at = `${file.path}:${line}`;
      const from = file.package;
      if (!isPackageName(from)) return [`${at} belongs to no package of the table`];
      if (specifier === importName('cli'))
        return [`${at} imports the command line, because ${reasonAgainst(from, 'cli')}`];
      const to = OURS.exec(specifier)?.[1];
      if (to === undefined) return [];
      if (!isPackageName(to)) return [`${at} imports \`${specifier}\`, which is no package of the table`];
      return ARCHITECTURE[from].mayImport.includes(to)
        ? []
        : [`${at} ${from} must not import ${to}: ${reasonAgainst(from, to)}`];
    }),
  );

/** Only index.ts of a package is public: no deep import, no path that leaves the package. */
const doors: Law = (files) =>
  files.flatMap((file) =>
    file.imports.flatMap(({ specifier, line }) => {
      const at = `${file.path}:${line}`;
      if (OURS.exec(specifier)?.[2] !== undefined) return [`${at} \`${specifier}\` goes past the door of its package`];
      if (specifier.startsWith('/') || specifier.startsWith('file:'))
        return [`${at} \`${specifier}\` is a place on one machine`];
      if (!specifier.startsWith('.')) return [];
      const target = normalize(join(file.path, '..', specifier));
      // The command's door may open on the bundle of its own package instead of the sources.
      if (file.path.startsWith(`packages/${file.package}/bin/`) && target === `packages/${file.package}/dist/main.js`)
        return [];
      // The parts of one file that is put together where it is installed: each other, and nothing else.
      const parts = 'packages/agents/bin/opencode-plugin/';
      if (file.path.startsWith(parts) && target.startsWith(parts)) return [];
      const home = file.path.includes('/test/') ? `packages/${file.package}/` : `packages/${file.package}/src/`;
      return target.startsWith(home) ? [] : [`${at} \`${specifier}\` leaves ${home}`];
    }),
  );

/** daemon/src is one folder a room, each with one door. */
const rooms: Law = (files) =>
  files.flatMap((file) =>
    file.imports.flatMap(({ specifier, line }) => {
      if (file.package !== 'daemon' || !specifier.startsWith('.')) return [];
      const roomOf = (path: string): string => /^packages\/daemon\/src\/([^/]+)\//.exec(path)?.[1] ?? '';
      const target = normalize(join(file.path, '..', specifier));
      const to = roomOf(target);
      if (to === '' || to === roomOf(file.path) || target.endsWith(`/${to}/index.ts`)) return [];
      return [`${file.path}:${line} \`${specifier}\` climbs into the room ${to}; use its index.ts`];
    }),
  );

/** A cycle of the graph as `a → b → a`, or undefined. */
function cycleOf(edges: ReadonlyMap<string, readonly string[]>): string | undefined {
  const done = new Set<string>();
  const visit = (node: string, path: readonly string[]): string | undefined => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node].join(' → ');
    if (done.has(node)) return undefined;
    for (const next of edges.get(node) ?? []) {
      const found = visit(next, [...path, node]);
      if (found !== undefined) return found;
    }
    done.add(node);
    return undefined;
  };
  for (const node of edges.keys()) {
    const found = visit(node, []);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Types that are a circle by what they mean, by the file that names them all. It may import types alone. */
const RECURSIVE: Readonly<Record<string, string>> = {
  'packages/starlark/src/values/value.ts': 'a list is a value and holds values',
  'packages/starlark/src/eval/code.ts': 'a function holds code, which takes the thread that runs functions',
};

const isTypesOnly = ({ text }: SourceFile): boolean => !/^(?:import|export) (?!type\b)[^;]*\bfrom\b/m.test(text);

/** No two files wait for each other, types included: what is defined in a circle cannot be read from the top. */
const cycles: Law = (files) => {
  const targets = (file: SourceFile): readonly string[] =>
    RECURSIVE[file.path] !== undefined && isTypesOnly(file)
      ? []
      : file.imports
          .filter(({ specifier }) => specifier.startsWith('.'))
          .map(({ specifier }) => normalize(join(file.path, '..', specifier)));
  const found = cycleOf(new Map(files.map((file) => [file.path, targets(file)])));
  return found === undefined ? [] : [found];
};

test('packages import only what the table allows', () => holds(arrows, SOURCES));
test('only index.ts of a package is public', () => holds(doors, [...SOURCES, ...PACKAGE_TESTS]));
test('rooms of the daemon are entered by their door', () =>
  holds(
    rooms,
    SOURCES.filter((file) => file.package === 'daemon'),
  ));
test('no file is part of a cycle', () => holds(cycles, SOURCES));

test('every package has a row', () => {
  const folders = packageFolders();
  expect(folders.length).toBeGreaterThan(0);
  expect(folders.filter((name) => !isPackageName(name))).toEqual([]);
});

test('arrows point down, and never in a circle', () => {
  for (const from of PACKAGE_NAMES)
    for (const to of ARCHITECTURE[from].mayImport)
      expect(ARCHITECTURE[to].layer, `${from} → ${to}`).toBeLessThanOrEqual(ARCHITECTURE[from].layer);
  const edges = new Map(
    PACKAGE_NAMES.map((name) => [name as string, ARCHITECTURE[name].mayImport as readonly string[]]),
  );
  expect(cycleOf(edges)).toBeUndefined();
});

test('every forbidden arrow has a reason', () => {
  const forbidden = PACKAGE_NAMES.flatMap((from) =>
    PACKAGE_NAMES.filter((to) => to !== from && !ARCHITECTURE[from].mayImport.includes(to)).map(
      (to) => [from, to] as const,
    ),
  );
  expect(forbidden.length).toBeGreaterThan(100);
  for (const [from, to] of forbidden) expect(reasonAgainst(from, to).length, `${from} → ${to}`).toBeGreaterThan(10);
});

test.skipIf(!existsSync(join(ROOT, 'ARCHITECTURE.md')))('ARCHITECTURE.md tells the same table', () => {
  const rows = [...readRoot('ARCHITECTURE.md').matchAll(/^\| (\d) \| `([a-z]+)` \| (.+?) \| (.+?) \|$/gm)];
  expect(rows.map(([, , name]) => name).toSorted()).toEqual([...PACKAGE_NAMES].toSorted());
  for (const [, layer, name, sentence] of rows) {
    if (name === undefined || !isPackageName(name)) throw new Error(`no package \`${name}\``);
    expect({ name, layer, sentence }).toEqual({
      name,
      layer: String(ARCHITECTURE[name].layer),
      sentence: ARCHITECTURE[name].sentence,
    });
  }
});

test('the laws go red', () => {
  goesRed(
    arrows,
    'packages/policy/src/x.ts',
    [
      "import { a } from '@castellan/daemon';",
      "export * from '@castellan/facts';",
      "const a = await import('@castellan/ledger');",
      "type A = import('@castellan/secrets').A;",
      "import 'castellan';",
      "import type { A } from '@castellan/nowhere';",
    ],
    [
      "import { a } from '@castellan/contract';",
      "// import { a } from '@castellan/daemon';",
      "const s = '@castellan/daemon';",
    ],
  );
  goesRed(arrows, 'packages/strange/src/x.ts', ["import { a } from './a.ts';"]);
  goesRed(
    doors,
    'packages/policy/src/a/x.ts',
    [
      "import { a } from '@castellan/contract/src/ids.ts';",
      "import { a } from '../../../contract/src/ids.ts';",
      "import { a } from '../../test/a.ts';",
      "import { a } from '/etc/a.ts';",
    ],
    ["import { a } from '../b/y.ts';", "import { a } from '@castellan/contract';"],
  );
  goesRed(
    doors,
    'packages/policy/test/x.test.ts',
    ["import { a } from '../../shell/src/a.ts';"],
    ["import { a } from '../src/a.ts';"],
  );
  goesRed(
    rooms,
    'packages/daemon/src/http/x.ts',
    ["import { a } from '../approvals/coordinator.ts';"],
    [
      "import { a } from '../approvals/index.ts';",
      "import { a } from './routes.ts';",
      "import { a } from '../clock.ts';",
    ],
  );
  goesRed(cycles, 'packages/policy/src/x.ts', ["import { a } from './x.ts';"], ["import { a } from './y.ts';"]);
});
