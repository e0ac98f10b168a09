// JSON that is one line to everybody: some readers take U+0085 and U+2028 for line ends, and JSON has an escape for each.

export const jsonOnOneLine = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
