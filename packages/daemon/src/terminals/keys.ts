// What of a watcher's input is typing. A terminal also sends what nobody typed (answers to queries, its mouse, its focus):
// an agent that prints a query could so answer its own question. RULE: what begins with ESC and is not a key is left out.

/** Arrows, Home, End, F1 to F4, back-tab, with modifiers; the keys with numbers; the same as applications ask for them. */
const KEYS: readonly RegExp[] = [
  /\u001b\[(?:1;(?:[2-9]|1[0-6]))?[ABCDEFHPQS]/y,
  /\u001b\[Z/y,
  /\u001b\[(?:[1-9]|[1-3]\d)(?:;(?:[2-9]|1[0-6]))?~/y,
  /\u001bO[ABCDEFHMPQRSXjklmnopqrstuvwxy]/y,
  /** Around what is pasted. */
  /\u001b\[20[01]~/y,
  /** A key with its code point and modifiers. */
  /\u001b\[\d{1,7};(?:[2-9]|1[0-6])u/y,
];
/** Everything from an introducer on that is no key: the whole of it. */
const REPORT =
  /\u001b\[[0-9;:<=>?]*[ !"#$%&'()*+,\-./]*(?:[@-~]|$)|\u001b[\]P_^X][^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c|$)|\u001bO[^\u001b]?/y;
/** The mouse as terminals sent it once: three characters after it, whatever they are. */
const OLD_MOUSE = /\u001b\[M[^\u001b]{0,3}/y;
/** ESC alone, and ESC before a character: Alt. */
const ALT = /\u001b(?=\u001b|$)|\u001b[^\u001b]/y;
const TEXT = /[^\u001b\u0080-\u009f]+/y;

const first = (patterns: readonly RegExp[], text: string, at: number): string | null => {
  for (const pattern of patterns) {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) return found;
  }
  return null;
};

/** The keys of what a watcher's terminal sent; empty where nobody typed anything. */
export function typedOf(text: string): string {
  let typed = '';
  for (let at = 0; at < text.length; ) {
    const key = first([TEXT, ...KEYS], text, at);
    if (key !== null) {
      typed += key;
      at += key.length;
      continue;
    }
    const left = first([OLD_MOUSE, REPORT], text, at);
    if (left !== null && left !== '') {
      at += left.length;
      continue;
    }
    const alt = first([ALT], text, at);
    typed += alt ?? '';
    at += Math.max(1, alt?.length ?? 1);
  }
  return typed;
}
