// A member said twice has two readers with two answers: what was looked at would not be what is obeyed.

/**
 * Whether a JSON text names a member of one object twice, which `JSON.parse` does not tell: it keeps the last.
 *
 * @param value what `JSON.parse` made of the text.
 */
export const namesMemberTwice = (text: string, value: unknown): boolean => membersIn(text) !== membersOf(value);

/** Members written in a JSON text: its colons outside of strings. */
function membersIn(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 0x3a) count += 1;
    else if (code === 0x22) i = endOfString(text, i);
  }
  return count;
}

/** Where the closing quote is: the next one with an even number of backslashes before it. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let first = end;
    while (text.charCodeAt(first - 1) === 0x5c) first -= 1;
    if ((end - first) % 2 === 0) return end;
  }
  return text.length;
}

/** Members a parsed value has. With its own stack: a value may be nested deeper than calls may be. */
function membersOf(whole: unknown): number {
  let count = 0;
  const waiting: unknown[] = [whole];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value !== 'object' || value === null) continue;
    const items: readonly unknown[] = Object.values(value);
    if (!Array.isArray(value)) count += items.length;
    for (const item of items) if (typeof item === 'object') waiting.push(item);
  }
  return count;
}
