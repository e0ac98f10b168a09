// Undoing escapes of JSON, of shells, of URLs, of HTML and of mail, as leniently as those who read them: what is no escape stands for itself.

const NAMED: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, b: 8, f: 12, v: 11, a: 7 };

const digit = (code: number): number => {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
};

/** The number that exactly `length` hexadecimal digits from `start` say, or -1. */
function hexAt(text: string, start: number, length: number): number {
  let value = 0;
  for (let i = start; i < start + length; i += 1) {
    const next = i < text.length ? digit(text.charCodeAt(i)) : -1;
    if (next < 0) return -1;
    value = value * 16 + next;
  }
  return value;
}

/** `\n`, `\u0041`, `\x41`, `\101`, `\"`. */
export function unescaped(text: string): string {
  const units = new Uint16Array(text.length);
  let length = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    const [value, used] = code === 0x5c ? escapeAt(text, i + 1) : [code, 0];
    units[length] = value;
    length += 1;
    i += used;
  }
  return stringOf(units.subarray(0, length));
}

/** What stands after a backslash, and how many characters it takes. */
function escapeAt(text: string, i: number): readonly [number, number] {
  if (i >= text.length) return [0x5c, 0];
  const kind = text.charAt(i);
  const wide = kind === 'u' ? hexAt(text, i + 1, 4) : -1;
  if (wide >= 0) return [wide, 5];
  const byte = kind === 'x' ? hexAt(text, i + 1, 2) : -1;
  if (byte >= 0) return [byte, 3];
  const octal = /^[0-7]{1,3}/.exec(text.slice(i, i + 3))?.[0];
  if (octal !== undefined) return [Number.parseInt(octal, 8) & 0xff, octal.length];
  return [NAMED[kind] ?? kind.charCodeAt(0), 1];
}

const utf16 = new TextDecoder('utf-16le');
const stringOf = (units: Uint16Array): string => utf16.decode(units);

/** `%41`, and `+` for a space. */
export function percentDecoded(text: string): string {
  const bytes = Buffer.from(text, 'utf8');
  const out = Buffer.allocUnsafe(bytes.length);
  let length = 0;
  for (let i = 0; i < bytes.length; i += 1) {
    const code = bytes[i] ?? 0;
    const high = code === 0x25 ? digit(bytes[i + 1] ?? 0) : -1;
    const low = high < 0 ? -1 : digit(bytes[i + 2] ?? 0);
    if (low >= 0) i += 2;
    out[length] = low >= 0 ? high * 16 + low : code === 0x2b ? 0x20 : code;
    length += 1;
  }
  return out.toString('utf8', 0, length);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** `&#65;`, `&#x41;`, `&amp;`; browsers do without the `;`. */
export const entitiesDecoded = (text: string): string =>
  text.replace(
    /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(amp|lt|gt|quot|apos|nbsp));?/g,
    (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return ENTITIES[name] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );

/** RFC 2045, 6.7: `=41`, and a `=` at the end of a line that goes on. */
export const quotedPrintable = (text: string): string =>
  text
    .replace(/=[ \t]*\r?\n/g, '')
    .replace(/(?:=[0-9A-Fa-f]{2})+/g, (run) => Buffer.from(run.replaceAll('=', ''), 'hex').toString('utf8'));
