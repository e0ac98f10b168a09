// A line of text with a tone. Meaning is in the words; a tone only adds to it, and without colour nothing is lost.

export type Tone = 'plain' | 'strong' | 'quiet' | 'danger' | 'caution' | 'good';
export interface Line {
  readonly text: string;
  readonly tone: Tone;
  /** Of a line with several tones: its pieces, in order; `text` is all of them. */
  readonly pieces?: readonly Line[];
}

export const line = (text: string, tone: Tone = 'plain'): Line => ({ text, tone });

/** One line of pieces that each have a tone of their own. */
export const pieced = (pieces: readonly Line[]): Line => ({
  text: pieces.map(({ text }) => text).join(''),
  tone: 'plain',
  pieces,
});

const CODES: Readonly<Record<Tone, readonly [string, string]>> = {
  plain: ['', ''],
  strong: ['\u001b[1m', '\u001b[22m'],
  quiet: ['\u001b[2m', '\u001b[22m'],
  danger: ['\u001b[31m', '\u001b[39m'],
  caution: ['\u001b[33m', '\u001b[39m'],
  good: ['\u001b[32m', '\u001b[39m'],
};

export function painter(colour: boolean): (line: Line) => string {
  if (!colour) return ({ text }) => text;
  const paint = ({ text, tone, pieces }: Line): string =>
    pieces === undefined ? `${CODES[tone][0]}${text}${CODES[tone][1]}` : pieces.map(paint).join('');
  return paint;
}
