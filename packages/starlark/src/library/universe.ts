// What every program has without asking.
import { Builtin, type Run } from '../values/function.ts';
import type { Value } from '../values/value.ts';
import * as convert from './convert.ts';
import * as objects from './objects.ts';
import { max, min, sorted } from './ordering.ts';
import * as sequences from './sequences.ts';

const FUNCTIONS: readonly (readonly [string, Run])[] = [
  ['abs', convert.abs],
  ['all', sequences.all],
  ['any', sequences.any],
  ['bool', convert.bool],
  ['bytes', convert.bytes],
  ['chr', convert.chr],
  ['dict', sequences.dict],
  ['dir', objects.dir],
  ['enumerate', sequences.enumerate],
  ['fail', objects.fail],
  ['float', convert.float],
  ['getattr', objects.getattr],
  ['hasattr', objects.hasattr],
  ['hash', convert.hash],
  ['int', convert.int],
  ['len', convert.len],
  ['list', sequences.list],
  ['max', max],
  ['min', min],
  ['ord', convert.ord],
  ['print', objects.print],
  ['range', sequences.range],
  ['repr', convert.representation],
  ['reversed', sequences.reversed],
  ['set', sequences.set],
  ['sorted', sorted],
  ['str', convert.str],
  ['tuple', sequences.tuple],
  ['type', convert.type],
  ['zip', sequences.zip],
];

/** What programs are given: no host can reach it. */
export const BUILT_INS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['None', null],
  ['True', true],
  ['False', false],
  ...FUNCTIONS.map(([name, run]): [string, Value] => [name, Object.freeze(new Builtin(name, run, undefined, true))]),
]);

/** `None`, `True`, `False` and the built-in functions, by name; to look at. */
export const UNIVERSE: ReadonlyMap<string, Value> = new Map(BUILT_INS);
