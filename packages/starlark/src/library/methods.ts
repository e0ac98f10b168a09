// Which methods values of the built-in types have. In alphabetical order, which is how `dir` gives them and how a misspelt one is
// looked for.
import type { Run } from '../values/function.ts';
import { DICT_METHODS as OF_DICT } from './dict-methods.ts';
import { LIST_METHODS as OF_LIST } from './list-methods.ts';
import { SET_METHODS as OF_SET } from './set-methods.ts';
import { CASE_METHODS } from './string-case.ts';
import { ELEMENT_METHODS, BYTES_METHODS as OF_BYTES } from './string-elements.ts';
import { format } from './string-format.ts';
import { SEARCH_METHODS } from './string-search.ts';
import { SPLIT_METHODS } from './string-split.ts';

type Methods = ReadonlyMap<string, Run>;

function sorted(methods: readonly (readonly [string, Run])[]): Methods {
  return new Map(methods.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

export const STRING_METHODS: Methods = sorted([
  ...CASE_METHODS,
  ...ELEMENT_METHODS,
  ['format', format],
  ...SEARCH_METHODS,
  ...SPLIT_METHODS,
]);
export const BYTES_METHODS: Methods = sorted(OF_BYTES);
export const LIST_METHODS: Methods = sorted(OF_LIST);
export const DICT_METHODS: Methods = sorted(OF_DICT);
export const SET_METHODS: Methods = sorted(OF_SET);
