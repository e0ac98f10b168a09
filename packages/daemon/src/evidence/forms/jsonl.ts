// JSON Lines: the record as it is, one a line, with what compares it with the ledger.
import type { Evidence } from './evidence.ts';
import { jsonOnOneLine } from './json-line.ts';

export const jsonLine = ({ index, leaf, record }: Evidence): string => jsonOnOneLine({ index, leaf, record });
