// What the laws look at: every source file, parsed. A law is a function from such files to offences, so that each can be
// shown to go red on a snippet before it is trusted on the tree.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'oxc-parser';

export const ROOT = join(import.meta.dirname, '..', '..', '..');

/** A node of the syntax tree; the laws ask for the few fields they need. */
export type SyntaxNode = { readonly type: string; readonly start: number } & Readonly<Record<string, unknown>>;

export interface Import {
  readonly specifier: string;
  /** Names taken, `*` for a whole namespace; empty for a re-export of everything and for `import()`. */
  readonly names: readonly string[];
  readonly reExport: boolean;
  readonly line: number;
}

export interface Comment {
  readonly text: string;
  readonly line: number;
}

export interface SourceFile {
  /** Relative to the root, with `/`: `packages/policy/src/decide.ts`. */
  readonly path: string;
  /** Folder name below packages/, or '' elsewhere. */
  readonly package: string;
  readonly text: string;
  readonly lines: number;
  readonly imports: readonly Import[];
  readonly comments: readonly Comment[];
  readonly nodes: readonly SyntaxNode[];
  lineOf(node: SyntaxNode): number;
}

export const isNode = (value: unknown): value is SyntaxNode =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';

function* walk(value: unknown): Generator<SyntaxNode> {
  if (Array.isArray(value)) {
    for (const item of value) yield* walk(item);
  } else if (isNode(value)) {
    yield value;
    for (const child of Object.values(value)) if (typeof child === 'object') yield* walk(child);
  }
}

/** `a.b` as text, `a` for an identifier, undefined for anything else. */
export function nameOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === 'Identifier') return String(node.name);
  if (node.type !== 'MemberExpression' || node.computed === true) return undefined;
  const property = nameOf(node.property);
  const object = nameOf(node.object);
  return property === undefined ? undefined : `${object ?? ''}.${property}`;
}

export function sourceFile(path: string, text: string): SourceFile {
  const { program, module, comments, errors } = parseSync(path, text);
  if (errors.length > 0) throw new SyntaxError(`${path}: ${errors[0]?.message}`);
  const breaks = [...text.matchAll(/\n/g)].map((match) => match.index);
  const lineAt = (offset: number): number => breaks.filter((at) => at < offset).length + 1;
  const nodes = [...walk(program)];
  const literal = (node: SyntaxNode, type: string, field: string): readonly Import[] => {
    const source = node[field];
    if (node.type !== type || !isNode(source)) return [];
    const specifier = typeof source.value === 'string' ? source.value : text.slice(source.start, Number(source.end));
    return [{ specifier, names: [], reExport: false, line: lineAt(node.start) }];
  };
  return {
    path,
    package: /^packages\/([^/]+)\//.exec(path)?.[1] ?? '',
    text,
    lines: text.split('\n').length - (text.endsWith('\n') ? 1 : 0),
    comments: comments.map(({ value, start }) => ({ text: value, line: lineAt(start) })),
    nodes,
    lineOf: (node) => lineAt(node.start),
    imports: [
      ...module.staticImports.map(({ moduleRequest, entries, start }) => ({
        specifier: moduleRequest.value,
        names: entries.map(({ importName }) => importName.name ?? '*'),
        reExport: false,
        line: lineAt(start),
      })),
      ...module.staticExports.flatMap(({ entries, start }) =>
        entries.flatMap(({ moduleRequest }) =>
          moduleRequest === null
            ? []
            : [{ specifier: moduleRequest.value, names: [], reExport: true, line: lineAt(start) }],
        ),
      ),
      ...nodes.flatMap((node) => literal(node, 'ImportExpression', 'source')),
      ...nodes.flatMap((node) => literal(node, 'TSImportType', 'source')),
    ],
  };
}

/** Relative paths of the files below a folder, without generated and installed ones; empty when there is no such folder. */
export function filesBelow(folder: string, ending: RegExp): readonly string[] {
  if (!existsSync(join(ROOT, folder))) return [];
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ending.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1))
    .filter((path) => !/(^|\/)(node_modules|dist)\//.test(path))
    .toSorted();
}

export const readRoot = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const load = (paths: readonly string[]): readonly SourceFile[] => paths.map((path) => sourceFile(path, readRoot(path)));

export const packageFolders = (): readonly string[] =>
  readdirSync(join(ROOT, 'packages'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted();

/** Every source of every package, entry scripts included. */
export const SOURCES: readonly SourceFile[] = load(
  packageFolders().flatMap((name) => [
    ...filesBelow(`packages/${name}/src`, /\.(ts|tsx|mts|mjs|js)$/),
    ...filesBelow(`packages/${name}/bin`, /\.(ts|mjs|js)$/),
  ]),
);

/** Tests of the packages. */
export const PACKAGE_TESTS: readonly SourceFile[] = load(
  packageFolders().flatMap((name) => filesBelow(`packages/${name}/test`, /\.ts$/)),
);

/** Code that ships to nobody: tools, benchmarks, examples, suites. */
export const WORKSHOP: readonly SourceFile[] = load(
  ['tools', 'bench', 'examples', 'test'].flatMap((folder) => filesBelow(folder, /\.(ts|mjs)$/)),
);
