// What is refused before parsing. INVARIANT: the text that is analysed is the text a shell would see, and no person who
// reads it on a screen is shown something else than what runs.

/** Longest command that is analysed, in UTF-8 bytes. */
export const MAX_COMMAND_BYTES = 65_536;
/** Deepest nesting that is parsed; counted before the parser sees the text, so that the parser's stack is never an issue. */
export const MAX_NESTING = 100;

/** Here-documents at most: each is compared with those that are still open. */
const MAX_HERE_DOCUMENTS = 2000;

/** Control characters other than newline and tab: a carriage return or an escape rewrites what a terminal shows. */
// biome-ignore lint/complexity/useRegexLiterals: the literal would hold the control characters it is about
const CONTROL = new RegExp('[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f]');
/** Marks that reorder or hide text, so that a person approves another command than the one that runs. */
const DECEPTIVE = /[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/u;

/** UTF-8 length without an encoder, so that the module needs no platform. */
function utf8Length(text: string): number {
  let bytes = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    bytes += unit < 0x80 ? 1 : unit < 0x800 ? 2 : unit >= 0xd800 && unit <= 0xdfff ? 2 : 3;
  }
  return bytes;
}

const OPEN = { round: 0x28, square: 0x5b, curly: 0x7b } as const;
const CLOSE = { round: 0x29, square: 0x5d, curly: 0x7d } as const;
const BACKTICK = 0x60;
const NESTING_WORD = /(?:^|[\s;&|(){}])(?:if|while|until|for|select|case|then|do|else|elif|time|!)(?=\s)/g;

/** An upper bound of the nesting: every opener counts, wherever it stands, and only closers outside quotes could close it. */
function nesting(text: string): number {
  let depth = 0;
  let deepest = 0;
  let backticks = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit === OPEN.round || unit === OPEN.curly || unit === OPEN.square) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (unit === CLOSE.round || unit === CLOSE.curly || unit === CLOSE.square) depth = Math.max(0, depth - 1);
    else if (unit === BACKTICK) backticks += 1;
  }
  // The shortest of them takes two characters with what stands before it.
  const words = text.length > 2 * MAX_NESTING ? (text.match(NESTING_WORD)?.length ?? 0) : 0;
  return Math.max(deepest, backticks >= 2 * MAX_NESTING ? MAX_NESTING + 1 : 0, words);
}

function holdsTooManyDocuments(text: string): boolean {
  let found = 0;
  for (let at = text.indexOf('<<'); at >= 0; at = text.indexOf('<<', at + 2)) found += 1;
  return found > MAX_HERE_DOCUMENTS;
}

/** Why a command is not even parsed, or nothing. */
export function refusal(command: string): string | undefined {
  if (command.length > MAX_COMMAND_BYTES || utf8Length(command) > MAX_COMMAND_BYTES)
    return `longer than ${MAX_COMMAND_BYTES} bytes`;
  if (CONTROL.test(command)) return 'holds control characters';
  if (DECEPTIVE.test(command)) return 'holds invisible or reordering characters';
  if (!command.isWellFormed()) return 'is not well-formed text';
  if (nesting(command) > MAX_NESTING) return `nested deeper than ${MAX_NESTING}`;
  if (holdsTooManyDocuments(command)) return `holds more than ${MAX_HERE_DOCUMENTS} here-documents`;
  return undefined;
}
