// A string as JSON, and a character as Go's complaints about JSON quote it. Text of printable ASCII is quoted as it is; in other text, what HTML would misread is escaped too, as Go does.
const PRINTABLE = /^[\x20-\x7f]*$/;

export function quoteJson(text: string): string {
  const quoted = JSON.stringify(text);
  if (PRINTABLE.test(text)) return quoted;
  return quoted.replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** One character in single quotes, as Go's `encoding/json` names what it did not expect. */
export function quoteCharacter(character: string): string {
  if (character === "'") return "'\\''";
  return character === '"' ? `'"'` : `'${JSON.stringify(character).slice(1, -1)}'`;
}
