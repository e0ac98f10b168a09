// What a program has switched on at the terminal it draws to, so that it can be switched off where the program cannot any
// more: it was killed, or we hand the terminal back for a while.

/** A sequence that sets, whole; and one at the end of a piece whose rest has not come. */
const SETS = /\u001b\[(?:\?([\d;]+)([hl])|>(\d+)u|<(\d*)u|>4(?:;(\d))?m)/g;
const CUT = /\u001b(?:\[[?<>]?[\d;]{0,40})?$/;
/** On as a terminal starts; everything else is off. */
const ON_AT_FIRST: ReadonlySet<string> = new Set(['7', '25']);
/** How a screen is drawn stays as it is: to undo it would erase what a person reads. */
const LEFT: ReadonlySet<string> = new Set(['3', '2026']);

export class TerminalModes {
  readonly #changed = new Map<string, boolean>();
  #keyboards: string[] = [];
  #keys = '';
  #cut = '';

  see(text: string): void {
    const all = this.#cut + text;
    this.#cut = CUT.exec(all)?.[0] ?? '';
    for (const [, modes, set, pushed, popped, keys] of all.matchAll(SETS)) {
      if (modes !== undefined) for (const mode of modes.split(';')) this.#set(mode, set === 'h');
      else if (pushed !== undefined) this.#keyboards.push(pushed);
      else if (popped !== undefined) this.#keyboards.splice(-(Number(popped) || 1));
      else this.#keys = keys === '0' ? '' : (keys ?? '');
    }
  }

  /** Puts the terminal as it was. */
  undo(): string {
    const modes = [...this.#changed].reverse().map(([mode, on]) => `\u001b[?${mode}${on ? 'l' : 'h'}`);
    const keyboards = this.#keyboards.length === 0 ? '' : `\u001b[<${this.#keyboards.length}u`;
    return `${modes.join('')}${keyboards}${this.#keys === '' ? '' : '\u001b[>4;0m'}${this.isChanged ? '\u001b[0m' : ''}`;
  }

  /** Puts it as the program left it. */
  redo(): string {
    const modes = [...this.#changed].map(([mode, on]) => `\u001b[?${mode}${on ? 'h' : 'l'}`);
    const keyboards = this.#keyboards.map((flags) => `\u001b[>${flags}u`);
    return `${modes.join('')}${keyboards.join('')}${this.#keys === '' ? '' : `\u001b[>4;${this.#keys}m`}`;
  }

  get isChanged(): boolean {
    return this.#changed.size + this.#keyboards.length > 0 || this.#keys !== '';
  }

  #set(mode: string, on: boolean): void {
    if (LEFT.has(mode) || mode === '') return;
    this.#changed.delete(mode);
    if (on !== ON_AT_FIRST.has(mode)) this.#changed.set(mode, on);
  }
}
