// What is wrong with a text, at its line: the line is marked, and what is wrong stands below it.
import { type Extension, StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, WidgetType } from '@codemirror/view';

export interface LineFault {
  /** 1-based; 0: of the whole. */
  readonly line: number;
  readonly message: string;
}

export const setFaults = StateEffect.define<readonly LineFault[]>();

class Message extends WidgetType {
  readonly text: string;
  constructor(text: string) {
    super();
    this.text = text;
  }
  override eq(other: Message): boolean {
    return other.text === this.text;
  }
  override toDOM(): HTMLElement {
    const place = document.createElement('div');
    place.className = 'cm-faultText';
    place.textContent = this.text;
    return place;
  }
}

const marked = Decoration.line({ class: 'cm-faultLine' });

export const faultLines: Extension = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(before, { changes, effects, state }) {
    const told = effects.findLast((effect) => effect.is(setFaults));
    if (told === undefined) return before.map(changes);
    const faults = (told.value as readonly LineFault[]).filter(({ line }) => line >= 1 && line <= state.doc.lines);
    return Decoration.set(
      faults.flatMap(({ line, message }) => {
        const { from, to } = state.doc.line(line);
        const text = Decoration.widget({ widget: new Message(message), block: true, side: 1 });
        return [marked.range(from), text.range(to)];
      }),
      true,
    );
  },
  provide: (field) => EditorView.decorations.from(field),
});
