// Standard input, as text or as lines. INVARIANT: no more of it is kept than was asked for, however much comes.

/** All of it, or as much as tells that it is longer than `longest`. */
export async function readText(pieces: AsyncIterable<string>, longest: number): Promise<string> {
  const kept: string[] = [];
  let length = 0;
  for await (const piece of pieces) {
    kept.push(piece);
    length += piece.length;
    if (length > longest) break;
  }
  return kept.join('');
}

/** Each line without its end, or `undefined` for one that is too long. Lines end with `\n` alone: JSON may have other separators inside. */
export async function* linesOf(pieces: AsyncIterable<string>, longest: number): AsyncIterable<string | undefined> {
  let kept: string[] = [];
  let length = 0;
  const line = (): string | undefined => {
    const text = length > longest ? undefined : kept.join('');
    [kept, length] = [[], 0];
    return text;
  };
  for await (const piece of pieces) {
    const parts = piece.split('\n');
    for (const [i, part] of parts.entries()) {
      if (i > 0) yield line();
      length += part.length;
      if (length <= longest) kept.push(part);
      else kept = [];
    }
  }
  if (length > 0) yield line();
}
