// All keys of the inbox.
import type { KeyList } from '../../kit/key-help.tsx';

export const KEYS: KeyList = [
  ['j', 'next'],
  ['k', 'the one before'],
  ['a', 'approve once'],
  ['d', 'deny'],
  ['r', 'deny with a reason'],
  ['u', 'undo a deny'],
  ['e', 'edit the arguments'],
  ['g', 'approve more'],
  ['w', 'why you are asked'],
  ['o', 'open the arguments'],
  ['f', 'freeze all agents'],
  ['p p', 'panic: stop everything'],
  ['?', 'this help'],
];
