// Helpers of the tests of syntax: a tree as one line of text, faults as `line:column: message`.
import { resolveFile } from '../../src/resolve/resolve.ts';
import type { Argument, Clause, Expression, FileNode, Parameter, Statement } from '../../src/syntax/ast.ts';
import { type Dialect, STANDARD } from '../../src/syntax/dialect.ts';
import { parseExpression, parseFile } from '../../src/syntax/parse.ts';

/** The first fault of a text as `line:column: message`, or `ok`. */
export function faultOf(source: string): string {
  const result = parseFile('f.star', source, { maxSource: Number.POSITIVE_INFINITY });
  return result.ok ? 'ok' : (faultLines(result.errors)[0] ?? 'no fault');
}

export function expressionText(source: string): string {
  const result = parseExpression('f.star', source);
  return result.ok ? text(result.expression.value) : (faultLines(result.errors)[0] ?? 'no fault');
}

export function statementsText(source: string): string {
  const result = parseFile('f.star', source);
  return result.ok ? block(result.file.statements) : (faultLines(result.errors)[0] ?? 'no fault');
}

/** A file that has its places. `U` and `len` are in every file, `M` is given to this one. */
export function resolved(source: string, change: Partial<Dialect> = {}): FileNode {
  const { file, faults } = tryResolve(source, change);
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return file;
}

/** Every fault that the resolver finds. */
export function resolveFaults(source: string, change: Partial<Dialect> = {}): readonly string[] {
  return tryResolve(source, change).faults;
}

function tryResolve(source: string, change: Partial<Dialect>): { file: FileNode; faults: readonly string[] } {
  const parsed = parseFile('f.star', source);
  if (!parsed.ok) throw new Error(faultLines(parsed.errors).join('\n'));
  const result = resolveFile(parsed.file, {
    dialect: { ...STANDARD, ...change },
    isPredeclared: (name) => name === 'M',
    isUniversal: (name) => name === 'U' || name === 'len' || name === 'set',
  });
  return { file: parsed.file, faults: result.ok ? [] : faultLines(result.errors) };
}

function faultLines(
  errors: readonly { message: string; at: { line: number; column: number } | undefined }[],
): string[] {
  return errors.map(({ at, message }) => `${at?.line}:${at?.column}: ${message}`);
}

const list = (words: readonly string[]): string => words.map((word) => ` ${word}`).join('');
const block = (statements: readonly Statement[]): string => statements.map(statementText).join('; ');
const maybe = (node: Expression | undefined): string => (node === undefined ? '_' : text(node));

function text(node: Expression): string {
  switch (node.kind) {
    case 'name':
      return node.name;
    case 'string':
      return JSON.stringify(node.value);
    case 'bytes':
      return `b[${String(node.value)}]`;
    case 'int':
      return String(node.value);
    case 'float':
      return `${String(node.value)}f`;
    case 'unary':
      return `(${node.operator} ${text(node.operand)})`;
    case 'binary':
      return `(${node.operator} ${text(node.left)} ${text(node.right)})`;
    case 'conditional':
      return `(if ${text(node.test)} ${text(node.yes)} ${text(node.no)})`;
    case 'attribute':
      return `(. ${text(node.object)} ${node.name})`;
    case 'index':
      return `(at ${text(node.object)} ${text(node.index)})`;
    case 'slice':
      return `(slice ${text(node.object)} ${maybe(node.low)} ${maybe(node.high)} ${maybe(node.step)})`;
    case 'call':
      return `(call ${text(node.callee)}${list(node.arguments.map(argumentText))})`;
    case 'list':
    case 'tuple':
      return `(${node.kind}${list(node.items.map(text))})`;
    case 'dict':
      return `(dict${list(node.entries.map(({ key, value }) => `${text(key)}:${text(value)}`))})`;
    case 'paren':
      return `(paren ${text(node.inner)})`;
    case 'comprehension': {
      const key = node.key === undefined ? '' : `${text(node.key)}:`;
      return `(each ${key}${text(node.value)}${list(node.clauses.map(clauseText))})`;
    }
    case 'lambda':
      return `(lambda (${node.function.parameters.map(parameterText).join(' ')}) ${block(node.function.body)})`;
  }
}

function argumentText({ kind, name, value }: Argument): string {
  const before = { positional: '', named: `${name}=`, star: '*', 'double-star': '**' }[kind];
  return `${before}${text(value)}`;
}

function clauseText(clause: Clause): string {
  return clause.kind === 'if' ? `if ${text(clause.test)}` : `for ${text(clause.target)} in ${text(clause.iterable)}`;
}

function parameterText({ kind, name, standard }: Parameter): string {
  const before = { plain: '', star: '*', 'double-star': '**' }[kind];
  return `${before}${name?.name ?? ''}${standard === undefined ? '' : `=${text(standard)}`}`;
}

function statementText(node: Statement): string {
  switch (node.kind) {
    case 'expression':
      return text(node.value);
    case 'assign':
      return `(${node.operator} ${text(node.target)} ${text(node.value)})`;
    case 'if':
      return `(if ${text(node.test)} {${block(node.yes)}} {${block(node.no)}})`;
    case 'for':
      return `(for ${text(node.target)} ${text(node.iterable)} {${block(node.body)}})`;
    case 'while':
      return `(while ${text(node.test)} {${block(node.body)}})`;
    case 'def':
      return `(def ${node.name.name} (${node.function.parameters.map(parameterText).join(' ')}) {${block(node.function.body)}})`;
    case 'return':
      return node.value === undefined ? '(return)' : `(return ${text(node.value)})`;
    case 'break':
    case 'continue':
    case 'pass':
      return node.kind;
    case 'load':
      return `(load ${text(node.module)}${list(node.names.map(({ local, original }) => `${local.name}=${original}`))})`;
  }
}
