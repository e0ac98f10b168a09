// The forms one known secret takes on its way out that are looked for directly, in one pass. Everything rarer (mixed
// escapes, wrapped lines, nested encodings) is undone by `views/` first and then found by these same forms.
// INVARIANT: the bytes of a form do not depend on what stands before or after the secret.
import { ANYWHERE_LENGTH } from './known.ts';

/** anywhere: also inside a word. token: only as a whole word. nearby: a part too common to stand alone (a PEM header). */
export type Where = 'anywhere' | 'token' | 'nearby';

export interface Form {
  readonly bytes: Uint8Array;
  readonly where: Where;
  /** Looked for over line ends and quotes: not hex, whose digits always stand together. */
  readonly joined: boolean;
  /** Written in base64 digits: the padding behind it belongs to it. */
  readonly base64: boolean;
  /** Digits at the front that are left standing: what another masker leaves, at most two characters of the secret. */
  readonly spared: number;
  /** The digit behind it that mixes the secret's last bits with its neighbour's. */
  readonly shared: number;
}

/** Secrets this long keep whole base64 groups only: at most two of their characters stay, as in other maskers. */
const WHOLE_GROUPS_FROM = 12;

/** How many pure base64 digits may be found anywhere: fewer are met by chance. */
const MIN_BASE64 = 5;

const plain = (bytes: Uint8Array, where: Where, joined = true): Form => ({
  bytes,
  where,
  joined,
  base64: false,
  spared: 0,
  shared: 0,
});

/** Whether the redaction of a base64 text starts at the next whole group rather than at the digit shared with a neighbour. */
export const startsAtGroup = (size: number): boolean => size >= WHOLE_GROUPS_FROM;

/** The digits that only depend on the secret, for each place a secret can have within a group of three bytes. */
const base64Digits = (bytes: Buffer): readonly string[] =>
  [0, 1, 2].map((offset) => {
    const padded = offset === 0 ? bytes : Buffer.concat([bytes.subarray(0, offset), bytes]);
    return padded.toString('base64').slice(offset === 0 ? 0 : offset + 1, Math.floor((padded.length * 4) / 3));
  });

function base64Forms(bytes: Buffer, add: (form: Form) => void): void {
  for (const [offset, pure] of base64Digits(bytes).entries()) {
    if (pure.length < MIN_BASE64) continue;
    const bits = (bytes.length + offset) * 8;
    const spared = offset > 0 && startsAtGroup(bytes.length) ? 3 - offset : 0;
    const shared = bits % 6 === 0 ? 0 : 1;
    add({ bytes: Buffer.from(pure, 'latin1'), where: 'anywhere', joined: true, base64: true, spared, shared });
    if (!/[+/]/.test(pure)) continue;
    const url = pure.replaceAll('+', '-').replaceAll('/', '_');
    add({ bytes: Buffer.from(url, 'latin1'), where: 'anywhere', joined: true, base64: true, spared, shared });
  }
}

/** `encodeURIComponent` and the stricter form that also encodes `!'()*`, both hex cases; lone surrogates as U+FFFD. */
function percentForms(value: string): readonly string[] {
  const loose = encodeURIComponent(value.toWellFormed());
  if (loose === value) return [];
  const strict = loose.replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  const lower = (text: string): string => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
  return [loose, strict, lower(loose), lower(strict)];
}

/** The bytes of UTF-16 that both byte orders share, where they share any: the zeros at the ends say nothing. */
function utf16Forms(value: string): readonly Uint8Array[] {
  const little = Buffer.from(value, 'utf16le');
  if (/^[\u0000-\u007f]*$/.test(value)) return [little.subarray(0, -1)];
  return [little, Buffer.from(little).swap16()];
}

const isHeader = (line: string): boolean => /^-----(?:BEGIN|END) [A-Z0-9 ]+-----$/.test(line);

/** Other spellings of the same value: normal forms, line ends, `+` for a space, the quotes or white space off. */
function spellings(value: string): ReadonlySet<string> {
  const found = new Set([value]);
  if (/[^\u0000-\u007f]/.test(value))
    for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD']) found.add(value.normalize(form));
  const bare = value.trim();
  for (const text of [bare, /^(["'`])(.*)\1$/s.exec(bare)?.[2] ?? bare]) {
    if (text.length >= ANYWHERE_LENGTH) found.add(text);
  }
  if (/[0-9]/.test(value) && /^[0-9a-fA-F-]{8,}$/.test(value)) found.add(value.toLowerCase()).add(value.toUpperCase());
  for (const text of [...found]) {
    if (text.includes('\n')) {
      found.add(text.replace(/\r?\n/g, '\r\n')).add(text.replace(/\r\n/g, '\n')).add(text.replace(/\r?\n/g, '\r'));
      found.add(text.replace(/[ \t]*\r?\n[ \t]*/g, ''));
    }
  }
  for (const text of [...found]) if (text.includes(' ')) found.add(text.replaceAll(' ', '+'));
  return found;
}

/** Each line of a value of several lines leaks by itself; a header or a short rest only beside another line. */
function lineForms(value: string, add: (form: Form) => void): void {
  if (!/\n/.test(value.trim())) return;
  for (const line of value.split(/\r?\n/)) {
    const text = line.trim();
    if (text.length < 3) continue;
    const alone = text.length >= ANYWHERE_LENGTH && !isHeader(text);
    add(plain(Buffer.from(text, 'utf8'), alone ? 'anywhere' : 'nearby'));
  }
}

/** Every form of one value, each once. `common` is what other maskers look for; the product always takes all. */
export function formsOf(value: string, common = false): readonly Form[] {
  const forms = new Map<string, Form>();
  const add = (form: Form): void => {
    const key = Buffer.from(form.bytes.buffer, form.bytes.byteOffset, form.bytes.length).toString('latin1');
    if (form.bytes.length >= 3 && !forms.has(key)) forms.set(key, form);
  };
  const where: Where = value.length >= ANYWHERE_LENGTH ? 'anywhere' : 'token';
  for (const text of common ? [value] : spellings(value)) {
    const bytes = Buffer.from(text, 'utf8');
    add(plain(bytes, where));
    for (const percent of percentForms(text)) add(plain(Buffer.from(percent, 'latin1'), where));
    base64Forms(bytes, add);
    const hex = bytes.toString('hex');
    add(plain(Buffer.from(hex, 'latin1'), 'anywhere', false));
    add(plain(Buffer.from(hex.toUpperCase(), 'latin1'), 'anywhere', false));
    if (common) continue;
    add(plain(Buffer.from([...text].reverse().join(''), 'utf8'), where));
    for (const digits of [hex, ...base64Digits(bytes)])
      add(plain(Buffer.from(digits, 'latin1').reverse(), 'anywhere', false));
    const wide = utf16Forms(text);
    for (const utf16 of wide) add(plain(utf16, 'anywhere', false));
    if (wide.length > 1) for (const utf16 of wide) base64Forms(Buffer.from(utf16), add);
    add(plain(Buffer.from(JSON.stringify(text).slice(1, -1), 'utf8'), where));
  }
  if (!common) lineForms(value, add);
  return [...forms.values()];
}
