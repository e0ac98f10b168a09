// Text that a model reads and a person does not see. INVARIANT: each look is one pass without going back, and what is found is
// shown by its numbers, or as what it says.
import { excerptAt, visible } from '../visible.ts';

export interface Seen {
  readonly text: string;
  readonly excerpt: string;
}

const RTL = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}]/u;
/** Scripts whose words need joiners. */
const JOINED =
  /[\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Malayalam}\p{Script=Kannada}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Sinhala}\p{Extended_Pictographic}\p{Emoji_Modifier}]|\uFE0F/u;
const ZERO_WIDTH =
  /[\u00AD\u061C\u115F\u1160\u180E\u200B-\u200D\u2060-\u206F\u3164\uFEFF\uFFA0]|\u034F|[\u17B4\u17B5]|[\u180B-\u180D]/gu;
const DIRECTION = /[\u202A-\u202E\u2066-\u2069]/u;
const MARKS = /[\u200E\u200F]/u;
const TAGS = /[\u{E0000}-\u{E007F}]+/gu;
const SELECTORS = /[\uFE00-\uFE0F\u{E0100}-\u{E01EF}]{2,}|[\u{E0100}-\u{E01EF}]/gu;
const CONTROL = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/;
const MIXED = /[\p{L}\p{M}]+/gu;
const LATIN = /\p{Script=Latin}/u;
const FOREIGN = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Cherokee}\p{Script=Armenian}]/u;
/** Sixteen letters, each by itself. The blanks are few, so that nothing is tried twice. */
const SPACED = /(?:^|\s)(?:\p{L} {1,3}){16}/u;
/** Blanks in a row that no text needs: what follows is beyond the edge of a window. */
const MANY_BLANKS = 60;
const MANY_LINES = 12;

export function hiddenIn(text: string): readonly Seen[] {
  const found: Seen[] = [];
  const at = (index: number, length: number, what: string): void => {
    found.push({ text: what, excerpt: excerptAt(text, index, length) });
  };
  comments(text, at);
  blanks(text, at);
  const spaced = text.search(SPACED);
  if (spaced !== -1) at(spaced, 120, 'its letters stand apart, so that no search finds its words');
  const control = text.search(CONTROL);
  if (control !== -1) at(control, 1, 'it has control characters, which a terminal obeys');
  const escaped = text.search(/\\(?:u001b|x1b|033|e)\[/i);
  if (escaped !== -1) at(escaped, 6, 'it writes out a terminal escape');
  // Everything below is beyond ASCII.
  if (/^[\x00-\x7f]*$/.test(text)) return found;
  for (const match of text.matchAll(ZERO_WIDTH))
    if (!isJoiner(text, match.index)) {
      at(match.index, 1, 'it has characters of no width');
      break;
    }
  const direction = text.search(DIRECTION);
  if (direction !== -1) at(direction, 1, 'it turns the direction of writing');
  const mark = text.search(MARKS);
  if (mark !== -1 && !RTL.test(text)) at(mark, 1, 'it turns the direction of writing');
  tags(text, found);
  selectors(text, found);
  for (const { 0: word, index } of text.matchAll(MIXED))
    if (FOREIGN.test(word) && LATIN.test(word)) {
      at(index, word.length, 'a word of it mixes letters of two scripts that look alike');
      break;
    }
  return found;
}

type At = (index: number, length: number, what: string) => void;

function comments(text: string, at: At): void {
  const comment = text.indexOf('<!--');
  if (comment !== -1) at(comment, 60, 'it has a comment that is not shown where it is rendered');
  const link = text.search(/^\[(?:\/\/|comment|_|hidden)\]:/m);
  if (link !== -1) at(link, 60, 'it has a comment that is not shown where it is rendered');
}

/** Counted by hand: a run of blanks must not be tried again from each of its blanks. */
function blanks(text: string, at: At): void {
  let run = 0;
  let lines = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x0a) {
      lines += 1;
      run = 0;
    } else if (code === 0x20 || code === 0x09 || code === 0x0d || code === 0xa0 || code === 0x3000)
      run += code === 0x09 ? 4 : 1;
    else {
      if (run >= MANY_BLANKS || lines >= MANY_LINES) {
        at(index, 80, 'blanks push some of its text out of sight');
        return;
      }
      run = 0;
      lines = 0;
    }
  }
}

/** Emoji and some scripts are written with joiners. */
function isJoiner(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  if (code !== 0x200c && code !== 0x200d) return false;
  return JOINED.test(text.slice(Math.max(0, index - 2), index)) && JOINED.test(text.slice(index + 1, index + 3));
}

function tags(text: string, found: Seen[]): void {
  for (const { 0: run, index } of text.matchAll(TAGS)) {
    // The flags of England, Scotland and Wales.
    if (text.slice(index - 2, index) === '\u{1F3F4}' && run.endsWith('\u{E007F}') && run.length <= 14) continue;
    const said = Array.from(run, (char) => String.fromCharCode((char.codePointAt(0) ?? 0) - 0xe0000)).join('');
    found.push({ text: 'it has invisible tag characters that spell a text', excerpt: visible(said).slice(0, 400) });
    return;
  }
}

function selectors(text: string, found: Seen[]): void {
  for (const { 0: run, index } of text.matchAll(SELECTORS)) {
    // Han characters have variants of their own.
    if (run.length <= 2 && /\p{Script=Han}$/u.test(text.slice(Math.max(0, index - 2), index))) continue;
    const bytes = Array.from(run, (char) => {
      const code = char.codePointAt(0) ?? 0;
      return String.fromCharCode(code >= 0xe0100 ? code - 0xe0100 + 16 : code - 0xfe00);
    }).join('');
    const isText = /^[\x20-\x7e\n]{4,}$/.test(bytes);
    found.push({
      text: isText
        ? 'it has invisible variation selectors that spell a text'
        : 'it has invisible variation selectors in a row',
      excerpt: isText ? visible(bytes).slice(0, 400) : excerptAt(text, index, run.length),
    });
    return;
  }
}
