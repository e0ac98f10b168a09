// What values are taken to cost, in bytes. Estimates from above, and not of the moment but of a value's whole growth: an array that
// grows holds its old store beside the new one, and a table that doubles holds both.
//
// INVARIANT: what a program can keep alive is never more than what was accounted for it; so a budget of memory bounds the heap.
// test/kept-memory.test.ts measures it for every way in which values are made.

/** What values are taken to cost, in bytes: to be allocated before they are made. */
export const COST = {
  /** A string is this, and `unit` for each UTF-16 code unit. */
  string: 32,
  unit: 2,
  bytes: 320,
  float: 40,
  /** With the 17 slots that V8 gives an array as soon as something is pushed to it. */
  list: 240,
  /** A tuple whose array was made as long as it is; one that was pushed together costs what a list does. */
  tuple: 80,
  /** A slot of an array: itself, its share of growth, and the box of a number that is not small. */
  item: 36,
  dict: 320,
  entry: 112,
  range: 128,
  func: 160,
  method: 64,
  cell: 32,
  frame: 64,
  bigint: 32,
} as const;

/** The longest string that is made, in code units; V8's own limit is 2^29 − 24. */
export const LONGEST_STRING = 2 ** 29 - 32;
/** As many elements as one operation makes; starlark-go's limit. */
export const LONGEST_REPEAT = 2 ** 30;
/** V8's own limit of a table is 2^24 entries. */
export const LARGEST_TABLE = 2 ** 24 - 1;
/** V8 refuses arrays far beyond this, and ends the process for lack of memory before it does. */
export const LONGEST_LIST = 2 ** 27;
