// What of a terminal's output a watcher's terminal is given. An allowlist of what draws: whatever would act on the watcher's
// world (clipboard, titles, links, files, printers), make it answer (the answer would come back as if typed) or report its
// mouse is left out. INVARIANT: the output of all chunks is the output of the whole, however it was cut.

/** No sequence that draws is longer; what is longer is left out up to its end. */
const LONGEST = 256;
/** Positions, colours and modes are smaller. */
const MOST = 9999;

export interface Size {
  readonly columns: number;
  readonly rows: number;
}
/** Before anything is known of a terminal. */
const USUAL: Size = { columns: 80, rows: 24 };
/**
 * What is done again for each one counted, over everything that was scrolled back: more than the screen has changes nothing on
 * it, and takes the page of whoever watches minutes.
 */
const PER_ROW = new Set([...'LMST']);
const PER_COLUMN = new Set([...'@IPXZb']);

/** `CSI` without a mark of its own: moving, erasing, scrolling, colours, margins. */
const DRAWS = new Set([...'@ABCDEFGHIJKLMPSTXZ`abdefgmrsu']);
/** DEC modes that change what is drawn and how keys are sent; not the mouse, not focus, nothing that reports. */
const MODES: ReadonlySet<string> = new Set([
  '1',
  '3',
  '5',
  '6',
  '7',
  '12',
  '25',
  '45',
  '47',
  '66',
  '1047',
  '1048',
  '1049',
  '2004',
  '2026',
]);
/** After ESC: save and restore, index, tab stop, keypad, full reset. `Z` would make it answer. */
const ESCAPES = new Set([...'78DEHMc=>']);

const PLAIN = /[^\u0000-\u001f\u007f-\u009f]+/y;
/** Bell, backspace, tab, line ends, character sets. Not ENQ: it asks for an answer. */
const CONTROLS = new Set([7, 8, 9, 10, 11, 12, 13, 14, 15]);
const ESC = 0x1b;
const CANCEL = new Set([0x18, 0x1a]);

type State =
  | { readonly kind: 'ground' }
  /** `from` ESC on, not yet ended. */
  | { readonly kind: 'escape'; text: string }
  | { readonly kind: 'control'; text: string }
  /** OSC, DCS, APC, PM, SOS: nothing of it is shown. `bell`: BEL ends it. */
  | { readonly kind: 'string'; readonly bell: boolean };

const GROUND: State = { kind: 'ground' };

const isBetween = (text: string, low: string, high: string): boolean => text >= low && text <= high;

function mostOf(final: string, { columns, rows }: Size): number {
  if (PER_ROW.has(final)) return rows;
  return PER_COLUMN.has(final) ? columns : MOST;
}

/** A control sequence that draws, as it may be shown; empty when it may not. */
function drawing(sequence: string, size: Size): string {
  const parts = /^\u001b\[([<=>?]?)([0-9;:]*)([ !"#$%&'()*+,\-./]*)([@-~])$/.exec(sequence);
  if (parts === null || sequence.length > LONGEST) return '';
  const [, mark = '', given = '', between = '', final = ''] = parts;
  const most = mostOf(final, size);
  const numbers = given.replace(/\d+/g, (digits) => (Number(digits) > most ? String(most) : digits));
  if (mark === '?' && between === '' && (final === 'h' || final === 'l')) {
    const modes = numbers.split(';').filter((mode) => MODES.has(mode));
    return modes.length === 0 ? '' : `\u001b[?${modes.join(';')}${final}`;
  }
  if (mark === '?' && between === '' && (final === 'J' || final === 'K')) return `\u001b[?${numbers}${final}`;
  if (mark !== '') return '';
  // The shape of the cursor; a soft reset.
  if ((between === ' ' && final === 'q') || (between === '!' && final === 'p')) return sequence;
  if (between !== '') return '';
  if ((final === 'h' || final === 'l') && (numbers === '4' || numbers === '20')) return sequence;
  return DRAWS.has(final) ? `\u001b[${numbers}${final}` : '';
}

function afterEscape(sequence: string): string {
  const rest = sequence.slice(1);
  if (rest.length === 1) return ESCAPES.has(rest) ? sequence : '';
  // Character sets; the alignment pattern.
  return /^[()*+\-./][0-9A-Za-z<=>?"%&]{1,2}$|^#[3-68]$/.test(rest) ? sequence : '';
}

export class Shown {
  #state: State = GROUND;
  readonly #size: () => Size;

  /** @param size of the terminal, as it is now. */
  constructor(size: () => Size = () => USUAL) {
    this.#size = size;
  }

  /** What may be shown of the next piece; what has not ended yet waits. */
  push(text: string): string {
    let shown = '';
    for (let at = 0; at < text.length; ) {
      if (this.#state.kind === 'ground') {
        PLAIN.lastIndex = at;
        const plain = PLAIN.exec(text)?.[0];
        if (plain !== undefined) {
          shown += plain;
          at += plain.length;
          continue;
        }
      }
      shown += this.#one(text[at] ?? '');
      at += 1;
    }
    return shown;
  }

  #one(character: string): string {
    const code = character.charCodeAt(0);
    const state = this.#state;
    if (CANCEL.has(code)) {
      this.#state = GROUND;
      return '';
    }
    if (code === ESC) {
      this.#state = { kind: 'escape', text: character };
      return '';
    }
    switch (state.kind) {
      case 'ground':
        // 0x80 to 0x9f are the same sequences in one character: nobody sends them, and terminals obey them.
        return CONTROLS.has(code) ? character : '';
      case 'string':
        if ((state.bell && code === 7) || code === 0x9c) this.#state = GROUND;
        return '';
      case 'escape':
        return this.#escape(state, character);
      case 'control':
        return this.#control(state, character, code);
    }
  }

  #escape(state: { text: string }, character: string): string {
    if (state.text.length === 1) {
      if (character === '[') {
        this.#state = { kind: 'control', text: '\u001b[' };
        return '';
      }
      if (']P_^X'.includes(character)) {
        this.#state = { kind: 'string', bell: character === ']' };
        return '';
      }
    }
    if (character < ' ') return CONTROLS.has(character.charCodeAt(0)) ? character : '';
    state.text += character;
    if (isBetween(character, ' ', '/') && state.text.length < LONGEST) return '';
    this.#state = GROUND;
    return isBetween(character, '0', '~') ? afterEscape(state.text) : '';
  }

  #control(state: { text: string }, character: string, code: number): string {
    // Terminals carry out a control character that stands inside of a sequence.
    if (code < 0x20) return CONTROLS.has(code) ? character : '';
    if (!isBetween(character, ' ', '~')) {
      this.#state = GROUND;
      return '';
    }
    if (state.text.length <= LONGEST) state.text += character;
    if (!isBetween(character, '@', '~')) return '';
    this.#state = GROUND;
    return drawing(state.text, this.#size());
  }
}
