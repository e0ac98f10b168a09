// Puts the markers in the place of what was found, in bytes and in strings. Everything else stays as it was, byte for byte.
import type { Finding } from './finding.ts';

export type Marker = (name: string) => string;
export const marker: Marker = (name) => `[REDACTED:${name}]`;

/** The same object back when nothing was found. Findings are sorted and do not overlap. */
export function replaceBytes(input: Uint8Array, findings: readonly Finding[], mark: Marker): Uint8Array {
  if (findings.length === 0) return input;
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const { start, end, name } of findings) {
    parts.push(input.subarray(at, start), Buffer.from(mark(name), 'utf8'));
    at = end;
  }
  parts.push(input.subarray(at));
  return Buffer.concat(parts);
}

/** Offsets in the UTF-8 bytes as offsets in the string; a lone surrogate is three bytes there, as U+FFFD. */
function indexWalker(input: string): (offset: number) => number {
  let index = 0;
  let bytes = 0;
  return (offset) => {
    while (bytes < offset && index < input.length) {
      const code = input.codePointAt(index) ?? 0;
      bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
      index += code < 0x10000 ? 1 : 2;
    }
    return index;
  };
}

export function replaceText(input: string, size: number, findings: readonly Finding[], mark: Marker): string {
  if (findings.length === 0) return input;
  const indexOf = size === input.length ? (offset: number): number => offset : indexWalker(input);
  let output = '';
  let at = 0;
  for (const { start, end, name } of findings) {
    output += input.slice(at, indexOf(start)) + mark(name);
    at = indexOf(end);
  }
  return output + input.slice(at);
}
