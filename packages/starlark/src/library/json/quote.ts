// A string as JSON. Text of printable ASCII is quoted as it is; in other text, what HTML would misread is escaped too, as Go does.
const PRINTABLE = /^[\x20-\x7f]*$/;

export function quoteJson(text: string): string {
  const quoted = JSON.stringify(text);
  if (PRINTABLE.test(text)) return quoted;
  return quoted.replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
