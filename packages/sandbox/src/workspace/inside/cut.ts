// Where a text may be cut. Pure. INVARIANT: never within a word: half of a secret is not recognised as one any more, so of the word at
// a cut nothing is shown.

/** How far a line, or a space, is looked for before less will do. */
const LINE_REACH = 4096;
const SPACE_REACH = 400;

const LAST_SPACE = /^.*\s/s;
const LAST_END = /^.*[\s"'`,;(){}[\]<>]/s;

/** The beginning of a text that goes on: at most so long, and whole words alone. */
export function beginning(text: string, most: number, lines = false): string {
  if (text.length <= most) return text;
  const start = text.slice(0, most);
  const atLine = lines ? start.lastIndexOf('\n') + 1 : 0;
  if (atLine > 0 && most - atLine <= LINE_REACH) return start.slice(0, atLine);
  const atSpace = LAST_SPACE.exec(start)?.[0] ?? '';
  if (atSpace !== '' && most - atSpace.length <= SPACE_REACH) return atSpace;
  return LAST_END.exec(start)?.[0] ?? '';
}

/** The end of a text of which the beginning is gone: from its first whole line or word on. */
export function ending(text: string): string {
  const atLine = text.indexOf('\n') + 1;
  if (atLine > 0 && atLine <= LINE_REACH) return text.slice(atLine);
  const at = text.search(/\s/);
  if (at >= 0 && at <= SPACE_REACH) return text.slice(at);
  const end = text.search(/[\s"'`,;(){}[\]<>]/);
  return end < 0 ? '' : text.slice(end);
}
