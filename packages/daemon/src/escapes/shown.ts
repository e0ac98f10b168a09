// A command line as a person may read it in an alarm, and as it stands in the ledger for ever. Pure. RULE: what was started past the
// gate was looked at by nobody: what looks like a secret by the word before it is left out too.

const SECRET = /pass(?:word|wd|phrase)?|token|secret|api[-_]?key|credential|auth(?:orization)?|bearer|cookie/i;
const MOST_WORDS = 12;
const MOST_CHARACTERS = 160;
const HIDDEN = '…';

/** @param hide what is known to be secret, taken out before anything is cut. */
export function shownWords(words: readonly string[], hide: (text: string) => string): string {
  const told = words.map((word, at) => {
    const before = words[at - 1] ?? '';
    if (/^-/.test(before) && SECRET.test(before) && !before.includes('=')) return HIDDEN;
    const [, name = '', value] = /^([^=\s]+)=(.+)$/s.exec(word) ?? [];
    if (value !== undefined && SECRET.test(name)) return `${name}=${HIDDEN}`;
    return word.replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, `$1${HIDDEN}@`);
  });
  const text = hide(told.slice(0, MOST_WORDS).join(' '))
    .replace(/[\s\p{Cc}`]+/gu, ' ')
    .trim();
  const cut = text.length > MOST_CHARACTERS || words.length > MOST_WORDS;
  return cut ? `${text.slice(0, MOST_CHARACTERS).toWellFormed()}${HIDDEN}` : text;
}
