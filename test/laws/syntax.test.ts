// What may not be written, even where the compiler would let it pass.
import { test } from 'vitest';
import { goesRed, holds, type Law } from './lib/go-red.ts';
import { isNode, PACKAGE_TESTS, SOURCES, type SourceFile, type SyntaxNode, WORKSHOP } from './lib/source.ts';

/** Files whose default export Vitest asks for: its configurations, and a reporter it loads by path. */
const DEFAULT_EXPORTS = /(^|\/)vitest\.config\.ts$|^tools\/lib\/counting-reporter\.ts$/;

interface Ban {
  readonly name: string;
  readonly why: string;
  readonly matches: (node: SyntaxNode, file: SourceFile) => boolean;
  readonly bad: readonly string[];
  readonly good: readonly string[];
}

const exportsDefault = (node: SyntaxNode): boolean =>
  node.type === 'ExportDefaultDeclaration' ||
  (node.type === 'ExportSpecifier' && isNode(node.exported) && node.exported.name === 'default');

const BANS: readonly Ban[] = [
  {
    name: '`any`',
    why: 'it switches the compiler off for whatever it touches; `unknown` asks first',
    matches: (node) => node.type === 'TSAnyKeyword',
    bad: ['const a: any = 1;', 'const a = b as any;', 'type A = Promise<any>;'],
    good: ['const any = 1;', "const a = 'any'; // any"],
  },
  {
    name: 'non-null `!`',
    why: 'it is a claim that nobody checks; say what happens when it is missing',
    matches: (node) => node.type === 'TSNonNullExpression' || node.definite === true,
    bad: ['const a = b!;', 'b!.c();', 'let a!: string;', 'class A { a!: string }'],
    good: ['const a = !b;', 'const a = b !== c;', 'const c = !!b;'],
  },
  {
    name: 'enum, namespace or parameter property',
    why: 'Node runs these sources by stripping types, and these are not types',
    matches: (node) =>
      ['TSEnumDeclaration', 'TSParameterProperty', 'TSImportEqualsDeclaration', 'TSExportAssignment'].includes(
        node.type,
      ) ||
      (node.type === 'TSModuleDeclaration' && node.declare !== true),
    bad: [
      'enum A { b }',
      'namespace A { export const b = 1; }',
      'class A { constructor(private readonly b: string) {} }',
    ],
    good: ["type A = { kind: 'b' };", 'declare global { interface A { b: string } }'],
  },
  {
    name: 'default export',
    why: 'a name that each importer chooses cannot be searched for',
    matches: (node, file) => exportsDefault(node) && !DEFAULT_EXPORTS.test(file.path),
    bad: ['export default 1;', 'const a = 1; export { a as default };', "export { default } from './a.ts';"],
    good: ['export const a = 1;'],
  },
  {
    name: 'barrel',
    why: 'one name, one place it comes from; only index.ts gathers',
    matches: (node, file) =>
      /^(packages\/[^/]+\/src|tools|test\/testkit)\//.test(file.path) &&
      !/\/index\.ts$/.test(file.path) &&
      (node.type === 'ExportAllDeclaration' || (node.type === 'ExportNamedDeclaration' && isNode(node.source))),
    bad: ["export * from './a.ts';", "export { a } from './a.ts';", "export type { A } from './a.ts';"],
    good: ['const a = 1; export { a };'],
  },
  {
    name: 'empty catch',
    why: 'a `catch` names what it maps the failure to',
    matches: (node, file) =>
      node.type === 'CatchClause' &&
      isNode(node.body) &&
      Array.isArray(node.body.body) &&
      node.body.body.length === 0 &&
      !/\/[/*]\s*\S{2}/.test(file.text.slice(node.body.start, Number(node.body.end))),
    bad: ['try { a(); } catch {}', 'try { a(); } catch (error) {  }'],
    good: ['try { a(); } catch { b(); }', 'try { a(); } catch {\n// It was gone already.\n}'],
  },
];

const lawOf =
  (ban: Ban): Law =>
  (files) =>
    files.flatMap((file) =>
      file.nodes
        .filter((node) => ban.matches(node, file))
        .map((node) => `${file.path}:${file.lineOf(node)} ${ban.name}: ${ban.why}`),
    );

const SUPPRESSION = /@ts-(ignore|nocheck|expect-error)|biome-ignore|eslint-disable|\b(v8|c8|istanbul) ignore/;
const WITH_REASON = /(@ts-expect-error|biome-ignore(-all)? [a-z]+\/[\w/]+):\s+\S.{9,}/;

/** A suppression says after its colon why this place is right and the rule is not. */
const suppressions: Law = (files) =>
  files.flatMap((file) =>
    file.comments
      .filter(({ text }) => SUPPRESSION.test(text) && !WITH_REASON.test(text))
      .map(({ line }) => `${file.path}:${line} a suppression without a reason`),
  );

const EVERYTHING = [...SOURCES, ...PACKAGE_TESTS, ...WORKSHOP];

test.for(BANS)('no $name', (ban) => holds(lawOf(ban), EVERYTHING));
test('every suppression has a reason', () => holds(suppressions, EVERYTHING));

test.for(BANS)('the law of $name goes red', (ban) =>
  goesRed(lawOf(ban), 'packages/policy/src/x.ts', ban.bad, ban.good),
);
test('the law of suppressions goes red', () => {
  goesRed(
    suppressions,
    'packages/policy/src/x.ts',
    [
      '// @ts-ignore\na();',
      '// @ts-ignore: the library has no types for this call\na();',
      '// @ts-expect-error\na();',
      '// biome-ignore lint/suspicious/noExplicitAny: <explanation>'.replace('<explanation>', 'ok'),
      '/* eslint-disable */',
    ],
    ['// @ts-expect-error: the library has no types for this call\na();', "const a = '@ts-ignore';"],
  );
});
