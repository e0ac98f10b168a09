// Numbers as they are written against numbers as they are read. INVARIANT: a number that is let through is the number that was
// written; an id of 9007199254740993 would otherwise name somebody else's row.

/** Anything that could be changed: 16 digits and more, or an exponent. Strings may look so too, and cost the slow look. */
const SUSPECT = /[0-9.]{16}|[0-9][eE]/;
const NUMBER = /-?[0-9][0-9.eE+-]*/y;
const PARTS = /^-?([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$/;

/** Longer ones are nobody's; `toPrecision` ends here too. */
const MAX_DIGITS = 100;

/** The first number of a valid JSON text that is not kept when it is read, cut short; null: all are kept. */
export function changedNumber(text: string): string | null {
  if (!SUSPECT.test(text)) return null;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x22) at = endOfString(text, at);
    else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) {
      NUMBER.lastIndex = at;
      const token = NUMBER.exec(text)?.[0] ?? '';
      if (!isKept(token)) return token.length > 40 ? `${token.slice(0, 40)}…` : token;
      at += token.length - 1;
    }
  }
  return null;
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x5c) at += 1;
    else if (code === 0x22) return at;
  }
  return text.length;
}

function isKept(token: string): boolean {
  if (token.length < 16 && !/[eE]/.test(token)) return true;
  const value = Number(token);
  if (!Number.isFinite(value)) return false;
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return false;
  const [digits, exponent] = decimalOf(token);
  if (digits === '') return value === 0;
  if (digits.length > MAX_DIGITS) return false;
  const [read, readExponent] = decimalOf(value.toPrecision(digits.length));
  return read === digits && readExponent === exponent;
}

/** Significant digits without zeros at either end, and the power of ten they are to be multiplied by. */
function decimalOf(token: string): readonly [digits: string, exponent: number] {
  const parts = PARTS.exec(token);
  const whole = parts?.[1] ?? '';
  const fraction = parts?.[2] ?? '';
  const all = `${whole}${fraction}`;
  let start = 0;
  let end = all.length;
  while (start < end && all.charCodeAt(start) === 0x30) start += 1;
  while (end > start && all.charCodeAt(end - 1) === 0x30) end -= 1;
  return [all.slice(start, end), Number(parts?.[3] ?? '0') - fraction.length + (all.length - end)];
}
