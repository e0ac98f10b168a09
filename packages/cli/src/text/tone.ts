// A line of text with a tone. Meaning is in the words; a tone only adds to it, and without colour nothing is lost.

export type Tone = 'plain' | 'strong' | 'quiet' | 'danger' | 'caution' | 'good';
export interface Line {
  readonly text: string;
  readonly tone: Tone;
}

export const line = (text: string, tone: Tone = 'plain'): Line => ({ text, tone });

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
  return ({ text, tone }) => `${CODES[tone][0]}${text}${CODES[tone][1]}`;
}
