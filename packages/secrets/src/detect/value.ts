// Whether a value beside a secret's name is a secret: not a reference, a path, a word, a placeholder or a number that means
// something else, but text that a machine drew or a person made up.
import { ALNUM, CLASS, DIGIT, HEX, is, LETTER, LOWER, UPPER } from './bytes.ts';
import { entropy, isRegular, randomness } from './randomness.ts';

/** As much of a value as is weighed: enough to tell, and a bound on what one value costs. */
const WEIGHED = 256;

/** What people write where a secret would stand; small letters. */
const PLACEHOLDERS = [
  ...[
    'example',
    'placeholder',
    'changeme',
    'change_me',
    'change-me',
    'redacted',
    'dummy',
    'xxxx',
    'your_',
    'your-',
    'yourtoken',
  ],
  ...[
    'your.',
    'insert',
    'sample',
    'foobar',
    '****',
    '####',
    '....',
    'todo',
    'fixme',
    'somesecret',
    'mysecret',
    'mytoken',
    'undefined',
  ],
  ...['token_here', '_here', '-here', 'abcdef', 'deadbeef', 'lorem', 'secret', 'password'],
];

const smallText = (input: Uint8Array, start: number, end: number): string => {
  let text = '';
  for (let at = start; at < Math.min(end, start + WEIGHED); at++) text += String.fromCharCode(input[at] ?? 0);
  return text.toLowerCase();
};

/** Words that no drawn text of this length holds by chance. */
const SURE_PLACEHOLDERS = ['example', 'placeholder', 'redacted', 'xxxxx', 'changeme', '_your_', '_here'];

/** For tokens that already have their shape: only what nobody draws. */
export function isPlaceholder(input: Uint8Array, start: number, end: number): boolean {
  const last = Math.min(end, start + WEIGHED);
  if (isRegular(input, start, last)) return true;
  if (end - start >= 16 && entropy(input, start, last) < 2.3) return true;
  const text = smallText(input, start, end);
  return SURE_PLACEHOLDERS.some((word) => text.includes(word));
}

/** `$X`, `${X}`, `{{ x }}`, `<x>`, `%X%`, `process.env.X`: the name of a value, not the value. */
function isReference(text: string, quoted: boolean): boolean {
  const [first = ''] = text;
  if ('$<{[(*#@&%'.includes(first) && /^(?:\$[\w{(]|<|\{\{|\[|\(|\*|#\{|&|@\{|%[\w(]+[%)]|\{\w+\}$)/.test(text))
    return true;
  if (text.includes('${') || text.includes('{{') || text.includes('$(') || text.includes('#{')) return true;
  if (/^--?[a-z]/.test(text)) return true;
  if (/^[a-z_]\w{0,60}(?:\[\d{1,4}\]|\.\w{1,60}){0,3}\[\d{1,4}\]/.test(text)) return true;
  if (!quoted && /^[a-z_][\w.]{0,60}\(/.test(text)) return true;
  return !quoted && /^(?:[a-z_]\w{0,40}(?:\.|->|::|\[)){1,6}[\w\]]{1,60}$/.test(text) && !/^\w{0,3}\.\w{20}/.test(text);
}

/** `4.13+dfsg1-1`, `1:2.3.4` */
const VERSION = /^v?(?:\d{1,5}:)?\d{1,5}\.\d{1,8}(?:\.\d{1,8}){0,4}(?:[-+~][\w.+~-]{0,80})?$/;

const isPath = (text: string): boolean =>
  VERSION.test(text) ||
  /^(?:[a-z][a-z0-9+.-]{1,12}:\/\/|\.{0,2}\/|~\/|[a-z]:\\|@[a-z0-9-]+\/|urn:|magnet:)/.test(text) ||
  /\.(?:[cm]?[jt]sx?|json|pem|crt|cer|key|ya?ml|txt|md|p12|html?)$/.test(text);

interface Made {
  readonly classes: number;
  readonly marks: number;
  readonly blank: boolean;
  readonly hex: boolean;
  readonly digits: number;
}

function madeOf(input: Uint8Array, start: number, end: number): Made {
  let [classes, marks, digits] = [0, 0, 0];
  let hex = true;
  let blank = false;
  for (let at = start; at < end; at++) {
    const byte = input[at] ?? 0;
    const bits = CLASS[byte] ?? 0;
    classes |= bits;
    if ((bits & ALNUM) === 0) marks++;
    if ((bits & DIGIT) !== 0) digits++;
    if ((bits & HEX) === 0) hex = false;
    if (byte <= 32 || byte >= 127) blank = true;
  }
  return { classes, marks, blank, hex, digits };
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** Shorter than this is drawn too, but so are numbers, dates and short words with a digit. */
const LEAST_DRAWN = 11;
const LEAST_NUMBER = 15;

/** Text that a machine drew. */
export function looksDrawn(input: Uint8Array, start: number, end: number, quoted: boolean): boolean {
  const length = end - start;
  if (length < LEAST_DRAWN) return false;
  const last = Math.min(end, start + WEIGHED);
  const made = madeOf(input, start, last);
  if (made.blank || isRegular(input, start, last)) return false;
  const text = smallText(input, start, end);
  if (UUID.test(text)) return true;
  if (
    isReference(text, quoted) ||
    isPath(text) ||
    text.endsWith('...') ||
    PLACEHOLDERS.some((word) => text.includes(word))
  )
    return false;
  const spread = entropy(input, start, last);
  if ((made.classes & LETTER) === 0) return made.marks === 0 && length >= LEAST_NUMBER && spread >= 2.2;
  if (made.marks * 3 > length && (made.marks * 2 > length || made.digits < 2)) return false;
  if (made.digits === 0 && (made.classes & (LOWER | UPPER)) !== (LOWER | UPPER) && length < 20) return false;
  // Text in hexadecimal has few different digits: every other one is a 3 or a 6.
  const least = made.hex && length >= 32 ? 2.3 : length >= 16 ? 2.9 : 2.7;
  return spread >= least && randomness(input, start, last) >= (quoted ? 6 : 8);
}

/** What a person made up as a password: not one word, not a reference. */
export function looksChosen(input: Uint8Array, start: number, end: number, quoted: boolean): boolean {
  const length = end - start;
  if (length < 8 || length > 128) return false;
  const made = madeOf(input, start, end);
  if (made.blank || isRegular(input, start, end)) return false;
  const text = smallText(input, start, end);
  if (
    isReference(text, quoted) ||
    isPath(text) ||
    text.endsWith('...') ||
    PLACEHOLDERS.some((word) => text.includes(word))
  )
    return false;
  if ((made.classes & LETTER) === 0 || made.digits === 0) return false;
  return quoted || !is(input[end], DIGIT);
}

const STAND_IN =
  /^(?:pass(?:w(?:or)?d)?|pwd|secret|token|user(?:name)?|test|admin|root|guest|none|null|key|api[-_]?key|foo|bar|y{3,}|x{3,})\d{0,3}$/;

/** A word that stands for a password, or a reference to one. */
export function isStandIn(password: string): boolean {
  const text = password.toLowerCase();
  return STAND_IN.test(text) || isReference(text, true) || PLACEHOLDERS.some((word) => text.includes(word));
}
