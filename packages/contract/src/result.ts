// Parsing at the edge: a parser returns the value or every fault it found, never throws, never stops at the first.
import type { z } from 'zod';

/** One thing wrong with an input: where (dotted path, empty for the whole), what, and what to do about it. */
export interface Fault {
  readonly path: string;
  readonly message: string;
  readonly hint?: string;
}

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** A parser's answer where all is well. */
export const parsed = <T>(value: T): Parsed<T> => ({ ok: true, value });
/** A parser's answer where something is wrong: every fault that was found. */
export const faulty = (...faults: readonly Fault[]): Parsed<never> => ({ ok: false, faults });

const dotted = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');

function faultsOf(issue: z.core.$ZodIssue): readonly Fault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: dotted([...issue.path, key]),
      message: `unknown field \`${key}\``,
      hint: 'remove it or correct its spelling',
    }));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const nested = issue.errors.toSorted((a, b) => a.length - b.length)[0] ?? [];
    const inner = nested.flatMap(faultsOf).map((fault) => ({ ...fault, path: joined(dotted(issue.path), fault.path) }));
    if (inner.length > 0) return inner;
  }
  const message = issue.message.charAt(0).toLowerCase() + issue.message.slice(1).replaceAll('"', '`');
  return [{ path: dotted(issue.path), message }];
}

const joined = (outer: string, inner: string): string => {
  if (outer === '' || inner === '') return outer + inner;
  return inner.startsWith('[') ? outer + inner : `${outer}.${inner}`;
};

/** A parser made of a schema. Every fault is reported with its path. */
export function parserOf<Schema extends z.ZodType>(schema: Schema): (input: unknown) => Parsed<z.output<Schema>> {
  return (input) => {
    const result = schema.safeParse(input);
    if (result.success) return parsed(result.data);
    return { ok: false, faults: result.error.issues.flatMap(faultsOf) };
  };
}

/** One line for a terminal or a log: `rules[0].tier: message`. */
export const faultLine = (fault: Fault): string =>
  fault.path === '' ? fault.message : `\`${fault.path}\`: ${fault.message}`;
