// Texts that were looked through whole and found clean, so that nobody pays for the same text twice. INVARIANT: a text is known
// by every character of it, and everything is forgotten as soon as anything else may be a secret.

/**
 * Characters in all (two bytes each, where any of them needs it), so many texts, and none longer: lists of everybody's, and results between
 * the gate and the wire. A list that changes all the time fills this with what it was, so it holds no more than is asked for at once.
 */
const MOST_CHARS = 4_194_304;
const MOST_TEXTS = 1_024;
const MOST_OF_ONE = 2_097_152;

export class Looked {
  readonly #version: () => number;
  /** The one that was asked for longest ago comes first. */
  readonly #texts = new Set<string>();
  #chars = 0;
  #at = -1;

  constructor(version: () => number) {
    this.#version = version;
  }

  add(text: string): void {
    this.#fresh();
    if (text.length > MOST_OF_ONE) return;
    this.#drop(text);
    this.#texts.add(text);
    this.#chars += text.length;
    for (const oldest of this.#texts) {
      if (this.#chars <= MOST_CHARS && this.#texts.size <= MOST_TEXTS) return;
      this.#drop(oldest);
    }
  }

  has(text: string): boolean {
    this.#fresh();
    if (!this.#texts.delete(text)) return false;
    this.#texts.add(text);
    return true;
  }

  #drop(text: string): void {
    if (this.#texts.delete(text)) this.#chars -= text.length;
  }

  #fresh(): void {
    const now = this.#version();
    if (now === this.#at) return;
    this.#at = now;
    this.#texts.clear();
    this.#chars = 0;
  }
}

const BEGIN = '{"result":';
/** A longer id is looked through like anything else. */
const END = /,"jsonrpc":"2\.0","id":(?:-?\d{1,16}|"[^"\\]{0,100}")\}$/;
const END_CHARS = 160;
/** Of each end of the result, for a secret that crosses it. */
const EDGE = 256;

/**
 * The result in the text of a JSON-RPC answer, as the SDK writes one, and what stands around it with both ends of the result.
 * Null: it is none.
 */
export function answerIn(text: string): { readonly result: string; readonly around: string } | null {
  if (!text.startsWith(BEGIN)) return null;
  const end = END.exec(text.slice(-END_CHARS));
  if (end === null) return null;
  const until = text.length - end[0].length;
  const result = text.slice(BEGIN.length, until);
  const around =
    text.length <= 2 * EDGE + END_CHARS ? text : `${text.slice(0, BEGIN.length + EDGE)}\n${text.slice(until - EDGE)}`;
  return { result, around };
}
