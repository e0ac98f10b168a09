// All keys of the review.
import type { KeyList } from '../../kit/key-help.tsx';

export const KEYS: KeyList = [
  ['a', 'approve'],
  ['r', 'reject, with a reason'],
  ['w', 'what it may do'],
  ['o', 'the source'],
  ['t', 'the test run'],
  ['n', 'the next that waits'],
  ['f', 'freeze all agents'],
  ['?', 'this help'],
];
