// How a float is written: as starlark-go does, which is as Go's strconv does. `g` is the shortest text that reads back as the same
// number; `e` and `f` have six digits after the point. JavaScript rounds a tie up where Go rounds it to the even digit.

export type FloatConversion = 'e' | 'f' | 'g' | 'E' | 'F' | 'G';

/** The text of a float under one of the conversions of `%`; `g` is what `str` uses. */
export function floatText(value: number, conversion: FloatConversion = 'g'): string {
  if (value === Number.POSITIVE_INFINITY) return '+inf';
  if (value === Number.NEGATIVE_INFINITY) return '-inf';
  if (Number.isNaN(value)) return 'nan';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const magnitude = Math.abs(value);
  switch (conversion) {
    case 'g':
      return sign + shortest(magnitude);
    case 'G':
      return sign + shortest(magnitude).toUpperCase();
    case 'e':
      return sign + scientific(magnitude);
    case 'E':
      return sign + scientific(magnitude).toUpperCase();
    case 'f':
    case 'F':
      return sign + fixed(magnitude);
  }
}

function shortest(magnitude: number): string {
  if (magnitude === 0) return '0.0';
  if (magnitude >= 1e-4 && magnitude < 1e6) {
    const text = String(magnitude);
    return text.includes('.') ? text : `${text}.0`;
  }
  return goExponent(magnitude.toExponential());
}

/** Go writes at least two digits of exponent. */
function goExponent(text: string): string {
  const at = text.indexOf('e');
  const digits = text.slice(at + 2);
  return text.slice(0, at + 2) + (digits.length < 2 ? `0${digits}` : digits);
}

function scientific(magnitude: number): string {
  const exact = magnitude.toExponential(60);
  const at = exact.indexOf('e');
  // A tie is a `5` and nothing but zeros after the digits that are kept; then the last of those has to be even.
  const tie = /^50*$/.test(exact.slice(8, at));
  return goExponent(tie && isEven(exact[7]) ? exact.slice(0, 8) + exact.slice(at) : magnitude.toExponential(6));
}

function fixed(magnitude: number): string {
  // Beyond 1e21 `toFixed` writes an exponent; every such float is a whole number.
  if (magnitude >= 1e21) return `${BigInt(magnitude)}.000000`;
  const exact = magnitude.toFixed(40);
  const point = exact.indexOf('.');
  const tie = /^50*$/.test(exact.slice(point + 7));
  return tie && isEven(exact[point + 6]) ? exact.slice(0, point + 7) : magnitude.toFixed(6);
}

function isEven(digit: string | undefined): boolean {
  return digit !== undefined && '02468'.includes(digit);
}
