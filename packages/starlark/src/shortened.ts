// What is said of a program goes into messages, logs and pages, where somebody has to read it; but the program chose how long its texts and
// names are. So they have an end. INVARIANT: a text that was cut is still well-formed: no half of a character is left.

/** The longest message of an error, in UTF-16 code units. */
export const LONGEST_MESSAGE = 4096;
/** The longest name of a function or file in a stack. */
export const LONGEST_NAME = 200;

/** At most so many code units of it, and `…` where something is left out. */
export function shortened(text: string, longest: number): string {
  if (text.length <= longest) return text.toWellFormed();
  const partsPair = (text.charCodeAt(longest - 1) & 0xfc00) === 0xd800;
  return `${text.slice(0, partsPair ? longest - 1 : longest).toWellFormed()}…`;
}
