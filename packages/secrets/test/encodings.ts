// How a value may be written on its way out, each with node's own functions and none of the product's: what the attack
// tests chain together. Every encoder takes a text and gives the text that would be printed.
export interface Encoding {
  readonly name: string;
  readonly encode: (text: string) => string;
  /** split: breaks the text into parts. listed: byte by byte. quoted: with a shell's quotes. */
  readonly kind?: 'split' | 'listed' | 'quoted';
  /** How many encodings it is in itself. */
  readonly levels?: number;
}

const bytes = (text: string): Buffer => Buffer.from(text, 'utf8');
const each = (text: string, write: (code: number, sign: string) => string): string =>
  [...text].map((sign) => write(sign.codePointAt(0) ?? 0, sign)).join('');
const units = (text: string, write: (unit: number) => string): string =>
  text
    .split('')
    .map((sign) => write(sign.charCodeAt(0)))
    .join('');
const octets = (text: string, write: (byte: number) => string): string => [...bytes(text)].map(write).join('');
const two = (byte: number): string => byte.toString(16).padStart(2, '0');
const parts = (text: string, width: number): readonly string[] =>
  text.match(new RegExp(`[\\s\\S]{1,${width}}`, 'gu')) ?? [];
const wrap = (text: string, width: number, glue: string): string => parts(text, width).join(glue);

const dump = (text: string, group: number, side: boolean): string => {
  const all = bytes(text);
  const lines: string[] = [];
  for (let at = 0; at < all.length; at += 16) {
    const row = all.subarray(at, at + 16);
    const hex = (row.toString('hex').match(new RegExp(`.{1,${group * 2}}`, 'g')) ?? []).join(' ');
    const shown = row.toString('latin1').replace(/[^ -~]/g, '.');
    lines.push(`${at.toString(16).padStart(8, '0')}: ${hex.padEnd(40)}${side ? `  ${shown}` : ''}`.trimEnd());
  }
  return `\n${lines.join('\n')}\n`;
};

/** Text in, text out: any of them may stand inside any other. */
export const ENCODINGS: readonly Encoding[] = [
  { name: 'base64', encode: (text) => bytes(text).toString('base64') },
  { name: 'base64 at 1', encode: (text) => bytes(`:${text}`).toString('base64') },
  { name: 'base64 at 2', encode: (text) => bytes(`u:${text}`).toString('base64') },
  { name: 'base64 without padding', encode: (text) => bytes(text).toString('base64').replaceAll('=', '') },
  { name: 'base64url', encode: (text) => bytes(text).toString('base64url') },
  { name: 'base64 of UTF-16', levels: 2, encode: (text) => Buffer.from(text, 'utf16le').toString('base64') },
  { name: 'base64 in lines of 64', encode: (text) => wrap(bytes(text).toString('base64'), 64, '\n') },
  { name: 'base64 in lines of 76', encode: (text) => wrap(bytes(text).toString('base64'), 76, '\r\n') },
  {
    name: 'base64 in indented lines',
    kind: 'split',
    encode: (text) => wrap(bytes(text).toString('base64'), 40, '\n    '),
  },
  { name: 'hex', encode: (text) => bytes(text).toString('hex') },
  { name: 'HEX', encode: (text) => bytes(text).toString('hex').toUpperCase() },
  {
    name: 'hEx',
    encode: (text) =>
      bytes(text)
        .toString('hex')
        .replace(/([0-9a-f])([a-f])/g, (_all, a: string, b: string) => a + b.toUpperCase()),
  },
  { name: 'hex in lines', kind: 'split', encode: (text) => wrap(bytes(text).toString('hex'), 60, '\n') },
  { name: 'percent', encode: (text) => encodeURIComponent(text) },
  {
    name: 'percent, lower case',
    encode: (text) => encodeURIComponent(text).replace(/%../g, (code) => code.toLowerCase()),
  },
  { name: 'percent, every byte', encode: (text) => octets(text, (byte) => `%${two(byte)}`) },
  { name: 'percent and plus', encode: (text) => new URLSearchParams([['', text]]).toString().slice(1) },
  { name: 'double percent', levels: 2, encode: (text) => encodeURIComponent(encodeURIComponent(text)) },
  { name: 'JSON', encode: (text) => JSON.stringify(text).slice(1, -1) },
  { name: 'JSON twice', levels: 2, encode: (text) => JSON.stringify(JSON.stringify(text)).slice(1, -1) },
  { name: 'JSON, all escaped', encode: (text) => units(text, (unit) => `\\u${unit.toString(16).padStart(4, '0')}`) },
  { name: 'C hex escapes', encode: (text) => octets(text, (byte) => `\\x${two(byte)}`) },
  { name: 'C octal escapes', encode: (text) => octets(text, (byte) => `\\${byte.toString(8).padStart(3, '0')}`) },
  {
    name: 'XML',
    encode: (text) =>
      text.replace(/[&<>"']/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? '&apos;'),
  },
  { name: 'XML, decimal', encode: (text) => each(text, (code) => `&#${code};`) },
  { name: 'XML, hex', encode: (text) => each(text, (code) => `&#x${code.toString(16).toUpperCase()};`) },
  { name: 'shell, single quotes', kind: 'quoted', encode: (text) => `'${text.replaceAll("'", "'\\''")}'` },
  { name: 'shell, both quotes', kind: 'quoted', encode: (text) => `'${text.replaceAll("'", `'"'"'`)}'` },
  {
    name: 'shell, backslashes',
    kind: 'quoted',
    encode: (text) => text.replace(/[^A-Za-z0-9_\n]/gu, (sign) => `\\${sign}`),
  },
  {
    name: 'shell, double quotes',
    kind: 'quoted',
    encode: (text) => `"${text.replace(/["$`\\]/g, (sign) => `\\${sign}`)}"`,
  },
  { name: 'PowerShell', kind: 'quoted', encode: (text) => `'${text.replaceAll("'", "''")}'` },
  { name: 'CSV', kind: 'quoted', encode: (text) => `"${text.replaceAll('"', '""')}"` },
  { name: 'reversed', encode: (text) => [...text].reverse().join('') },
  { name: 'CRLF', encode: (text) => text.replace(/\r?\n/g, '\r\n') },
  { name: 'xxd', kind: 'listed', encode: (text) => dump(text, 2, true) },
  { name: 'hexdump -C', kind: 'listed', encode: (text) => dump(text, 1, true) },
  { name: 'hex with colons', kind: 'listed', encode: (text) => [...bytes(text)].map(two).join(':') },
  { name: 'list of bytes', kind: 'listed', encode: (text) => `[${[...bytes(text)].join(', ')}]` },
  { name: 'coloured', kind: 'split', encode: (text) => `\u001b[1m${wrap(text, 7, '\u001b[0m\u001b[32m')}\u001b[0m` },
  { name: 'folded', kind: 'split', encode: (text) => wrap(text, 20, '\n') },
  { name: 'folded and indented', kind: 'split', encode: (text) => wrap(text, 12, '\n      ') },
  { name: 'continued', kind: 'split', encode: (text) => wrap(text, 12, '\\\n') },
  {
    name: 'strings added up',
    kind: 'split',
    encode: (text) =>
      parts(text, 9)
        .map((part) => JSON.stringify(part))
        .join(' + '),
  },
  { name: 'fields', kind: 'split', encode: (text) => JSON.stringify(parts(text, 9)) },
  {
    name: 'full width',
    encode: (text) =>
      each(text, (code, sign) => (code > 0x20 && code < 0x7f ? String.fromCodePoint(code + 0xfee0) : sign)),
  },
  { name: 'NFD', encode: (text) => text.normalize('NFD') },
];
