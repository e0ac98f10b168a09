// What a host's function or type gives as a value is looked at before a program has it: TypeScript does not bind a host that is written in
// JavaScript, forgets to wait, or passes on what it was sent. INVARIANT: a program has only values, and only strings that are well-formed.
// Only the value itself is looked at: what a host puts into a container is its own care.
import { Fault } from '../eval/fault.ts';
import { Bytes } from './bytes.ts';
import { Dict } from './dict.ts';
import { Float } from './float.ts';
import { Builtin, Func } from './function.ts';
import { normalise } from './int.ts';
import { List, Tuple } from './list.ts';
import { Range } from './range.ts';
import { SetValue } from './set.ts';
import type { Meter, Value } from './value.ts';

/** The value that was meant: half a surrogate pair is U+FFFD, −0 is 0. @throws Fault of kind `host` when it is none */
export function fromHost(given: unknown, who: string, meter?: Meter): Value {
  switch (typeof given) {
    case 'string':
      meter?.step(given.length >> 8);
      return given.isWellFormed() ? given : given.toWellFormed();
    case 'number':
      if (Number.isSafeInteger(given)) return given + 0;
      return refuse(who, 'a number that is no safe integer: for others there is Float');
    case 'bigint':
      return normalise(given);
    case 'boolean':
      return given;
    case 'object':
      if (given === null || isValue(given)) return given;
      return refuse(who, 'then' in given ? 'a promise: a program waits for nothing' : 'an object that is no value');
    default:
      return refuse(who, `${typeof given}: None is null`);
  }
}

/** The same, where nothing is an answer too. */
export function fromHostOrNone(given: unknown, who: string, meter?: Meter): Value | undefined {
  return given === undefined ? undefined : fromHost(given, who, meter);
}

function refuse(who: string, what: string): never {
  const message = `the host failed: ${who} gave ${what}`;
  throw new Fault('host', message, undefined, new TypeError(message));
}

function isValue(given: object): given is Value & object {
  return (
    given instanceof List ||
    given instanceof Dict ||
    given instanceof Float ||
    given instanceof Tuple ||
    given instanceof SetValue ||
    given instanceof Bytes ||
    given instanceof Range ||
    given instanceof Builtin ||
    given instanceof Func ||
    ('extension' in given && isType(given.extension))
  );
}

function isType(given: unknown): boolean {
  return (
    typeof given === 'object' &&
    given !== null &&
    'name' in given &&
    typeof given.name === 'string' &&
    'text' in given &&
    typeof given.text === 'function'
  );
}
