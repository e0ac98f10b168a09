// Whether bytes hold a value, in any of the forms somebody may have written it in. Made by hand: what searches for leaks must
// not be what is to prevent them.

const upper = (text: string): string => text.toUpperCase();

function forms(value: string): readonly (readonly [string, Buffer])[] {
  const bytes = Buffer.from(value, 'utf8');
  const hex = bytes.toString('hex');
  const url = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  const texts: (readonly [string, string])[] = [
    ['raw', value],
    ['JSON', JSON.stringify(value).slice(1, -1)],
    ['hex', hex],
    ['HEX', upper(hex)],
    ['every byte escaped', url],
    ['every byte ESCAPED', upper(url)],
    ['URL', encodeURIComponent(value)],
    ['form', new URLSearchParams({ v: value }).toString().slice(2)],
    ['turned round', [...value].toReversed().join('')],
  ];
  for (const offset of [0, 1, 2]) {
    // Whole groups of three bytes only: what stands before and after does not change them.
    const whole = bytes.subarray((3 - offset) % 3);
    const text = whole.subarray(0, whole.length - (whole.length % 3)).toString('base64');
    if (text.length >= 8) {
      texts.push([`base64 at ${offset}`, text]);
      texts.push([`base64url at ${offset}`, text.replaceAll('+', '-').replaceAll('/', '_')]);
    }
  }
  return [
    ...texts.map(([name, text]) => [name, Buffer.from(text, 'utf8')] as const),
    ['UTF-16LE', Buffer.from(value, 'utf16le')],
    ['UTF-16BE', Buffer.from(value, 'utf16le').swap16()],
  ];
}

/** The names of the forms found. */
export const formsIn = (value: string, bytes: Buffer): readonly string[] =>
  forms(value)
    .filter(([, form]) => bytes.includes(form))
    .map(([name]) => name);
