// A name that was found, in the text of a shell (`find -exec sh -c 'wc -l {}' ;`): with names of ordinary letters only, whatever
// quotes stand around it, it is what a variable with that value would be. INVARIANT: where the quotes could be read in another
// way, nothing is said.

/** What stands for the name in a text that was made here. */
export const FOUND_VARIABLE = '__found';
/** Anything that a shell could take for more than a letter of a name. */
export const NOT_ORDINARY = /[^\w./+,@%:=-]/;

/** Spellings in which a mark is no word, or in which quotes begin anew. */
const STRANGE = /`|<<|\$['"]|\\(?![\w.()*+?|/-])|__found|\$\{[^}]*\{|\$\(\(|#/;

/** The text with a variable in place of `marker`. Nothing: it could not be read surely. */
export function textWithFound(text: string, marker: string): string | undefined {
  if (STRANGE.test(text.replaceAll(marker, 'a'))) return undefined;
  let quote = '';
  let out = '';
  for (let index = 0; index < text.length; ) {
    if (text.startsWith(marker, index)) {
      const inside = `\${${FOUND_VARIABLE}}`;
      out += quote === '"' ? inside : quote === "'" ? `'"${inside}"'` : `"${inside}"`;
      index += marker.length;
      continue;
    }
    const letter = text.charAt(index);
    // A command inside quotes has quotes of its own.
    if (quote === '"' && text.startsWith('$(', index)) return undefined;
    if (quote === '' && (letter === '"' || letter === "'")) quote = letter;
    else if (quote === letter) quote = '';
    out += letter;
    index += 1;
  }
  return quote === '' ? out : undefined;
}
