// What digits of base64 and hex are, and where a run of them goes on over a line end and an indentation.

/** 1: a base64 digit of either alphabet. 2: a hex digit too. */
export const KIND_OF_DIGIT: Uint8Array = new Uint8Array(256);
for (const [signs, kind] of [
  ['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_', 1],
  ['ABCDEFabcdef0123456789', 2],
] as const) {
  for (const sign of signs) KIND_OF_DIGIT[sign.charCodeAt(0)] = kind;
}

/** The end of the white space that breaks a run: a line end and an indentation; 0 when it is no break. */
export function afterBreak(source: Uint8Array, at: number): number {
  let to = at;
  while (source[to] === 0x20 && to < at + 8) to++;
  if (source[to] === 0x5c) to++;
  if (source[to] === 0x0d) to++;
  if (source[to] !== 0x0a) return 0;
  to++;
  while ((source[to] === 0x20 || source[to] === 0x09) && to < at + 64) to++;
  return KIND_OF_DIGIT[source[to] ?? 0] === 0 ? 0 : to;
}

/** The beginning of the run on the line before, where a run begins right after a line's indentation. */
export function lineBefore(source: Uint8Array, start: number, least: number, kind: number): number {
  let at = start - 1;
  while (at > least && (source[at] === 0x20 || source[at] === 0x09)) at--;
  if (source[at] !== 0x0a) return start;
  at--;
  if (source[at] === 0x0d) at--;
  let from = at;
  while (from >= least && (KIND_OF_DIGIT[source[from] as number] as number) >= kind) from--;
  return from === at ? start : from + 1;
}
