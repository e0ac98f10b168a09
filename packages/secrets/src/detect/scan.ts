// One search through one input: what the single rules may see of it, and where they put what they found.
import type { Finding } from '../finding.ts';
import type { ValueReader } from './value-reader.ts';

export interface Scan {
  readonly input: Uint8Array;
  readonly values: ValueReader;
  readonly found: Finding[];
}

export function add(
  scan: Scan,
  start: number,
  end: number,
  finding: Pick<Finding, 'name' | 'by' | 'confidence'>,
): void {
  if (end > start) scan.found.push({ start, end, ...finding });
}
