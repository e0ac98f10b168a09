// What built-ins say of their arguments, in starlark-go's words. A parameter that can only be given by position is named by its
// number, one that has a name by its name.

import { nearest } from '../spell.ts';
import { extensionOf } from '../values/extension.ts';
import { Float } from '../values/float.ts';
import { Builtin, Func, type Named } from '../values/function.ts';
import { typeName } from '../values/inspect.ts';
import { intText, isInt } from '../values/int.ts';
import { isIterable } from '../values/iterate.ts';
import type { Meter, Value } from '../values/value.ts';

/** What is wrong with a value as an argument; `undefined`: nothing. */
export type Want = (value: Value, thread: Meter) => string | undefined;

const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);

/** What any value is good for. */
export const wantAny: Want = () => undefined;
/** What only a string is good for. */
export const wantString: Want = (value) =>
  typeof value === 'string' ? undefined : `got ${typeName(value)}, want string`;
/** What only a bool is good for. */
export const wantBool: Want = (value) => (typeof value === 'boolean' ? undefined : `got ${typeName(value)}, want bool`);
/** What can be iterated over. */
export const wantIterable: Want = (value) => (isIterable(value) ? undefined : `got ${typeName(value)}, want iterable`);
/** What can be called. */
export const wantCallable: Want = (value) => (isCallable(value) ? undefined : `got ${typeName(value)}, want callable`);
/** A number of 64 bits, as Go has it. */
export const wantInt: Want = (value, thread) => {
  if (!isInt(value)) return `got ${typeName(value)}, want int`;
  if (typeof value === 'number' || (value >= MIN_INT64 && value <= MAX_INT64)) return undefined;
  return `${intText(value, thread)} out of range (want value in signed 64-bit range)`;
};
/** An int or a float. */
export const wantNumber: Want = (value) =>
  isInt(value) || value instanceof Float ? undefined : `got ${typeName(value)}, want float or int`;

function isCallable(value: Value): boolean {
  if (value instanceof Func || value instanceof Builtin) return true;
  return extensionOf(value)?.extension.call !== undefined;
}

/** An int as JavaScript's number: exact while it is safe, and near enough for what is clamped anyway. */
export function clampInt(value: Value | undefined, otherwise: number): number {
  return value !== undefined && isInt(value) ? Number(value) : otherwise;
}

/** What a host function of no named parameters asks first: complains unless there are no names and from `least` to `most` positional arguments. */
export function countArguments(
  thread: Meter,
  name: string,
  positional: readonly Value[],
  named: Named,
  least: number,
  most: number,
): void {
  const count = positional.length;
  if (named.length === 0 && count >= least && count <= most) return;
  if (named.length > 0) thread.fail(`${name}: unexpected keyword arguments`);
  if (count < least) thread.fail(`${name}: got ${count} arguments, want ${least < most ? 'at least ' : ''}${least}`);
  thread.fail(`${name}: got ${count} arguments, want ${most > least ? 'at most ' : ''}${most}`);
}

/** As `countArguments`, and each argument has to be what its parameter wants. */
export function unpackPositional(
  thread: Meter,
  name: string,
  positional: readonly Value[],
  named: Named,
  least: number,
  wants: readonly Want[],
): void {
  countArguments(thread, name, positional, named, least, wants.length);
  for (let i = 0; i < positional.length; i++) {
    const wrong = wants[i]?.(positional[i] as Value, thread);
    if (wrong !== undefined) thread.fail(`${name}: for parameter ${i + 1}: ${wrong}`);
  }
}

/** One parameter of a built-in. */
export interface NamedParameter {
  readonly name: string;
  readonly want: Want;
  /** From the first that is, all are. */
  readonly optional?: boolean;
}

/** Arguments by position or by name. @returns one a parameter, `undefined` where it was not given */
export function unpack(
  thread: Meter,
  name: string,
  positional: readonly Value[],
  named: Named,
  parameters: readonly NamedParameter[],
): (Value | undefined)[] {
  if (positional.length > parameters.length) {
    thread.fail(`${name}: got ${positional.length} arguments, want at most ${parameters.length}`);
  }
  const found: (Value | undefined)[] = parameters.map(() => undefined);
  const give = (i: number, value: Value, label: string) => {
    const wrong = parameters[i]?.want(value, thread);
    if (wrong !== undefined) thread.fail(`${name}: for parameter ${label}: ${wrong}`);
    found[i] = value;
  };
  for (const [i, value] of positional.entries()) give(i, value, parameters[i]?.name ?? '');
  for (const [key, value] of named) {
    const i = parameters.findIndex((parameter) => parameter.name === key);
    if (i < 0) unexpected(thread, name, key, parameters);
    if (found[i] !== undefined) thread.fail(`${name}: got multiple values for keyword argument "${key}"`);
    // starlark-go quotes a name that the caller wrote, and not one that it knows itself.
    give(i, value, `"${key}"`);
  }
  for (const [i, parameter] of parameters.entries()) {
    if (parameter.optional) break;
    if (found[i] === undefined) thread.fail(`${name}: missing argument for ${parameter.name}`);
  }
  return found;
}

function unexpected(thread: Meter, name: string, key: string, parameters: readonly NamedParameter[]): never {
  // Suggestions can be seen, and starlark-go makes them out of the first half.
  const candidates = parameters.slice(0, Math.ceil(parameters.length / 2)).map((parameter) => parameter.name);
  const meant = nearest(key, candidates);
  const hint = meant === undefined ? '' : ` (did you mean ${meant}?)`;
  return thread.fail(`${name}: unexpected keyword argument "${key}"${hint}`);
}
