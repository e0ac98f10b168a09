// YAML in CodeMirror: to read, to write, or as a change beside what stood there. A file of its own, loaded when it is opened.
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { unifiedMergeView } from '@codemirror/merge';
import { EditorState, type Extension } from '@codemirror/state';
import { drawSelection, EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef } from 'react';
import { nonceOf } from '../../app/strict.ts';
import css from './rules.module.css';

export type EditorMode =
  | { readonly kind: 'read' }
  | { readonly kind: 'write'; readonly onChange: (text: string) => void }
  | { readonly kind: 'review'; readonly before: string };

/** Only the page's own colours: they change with the theme by themselves. */
const highlight = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--accent)' },
  { tag: [tags.string, tags.content], color: 'var(--text)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--warn)' },
  { tag: tags.comment, color: 'var(--text-3)', fontStyle: 'italic' },
]);

const look = EditorView.theme({
  '&': { backgroundColor: 'var(--surface)', color: 'var(--text)', fontSize: '13px' },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '-1px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '20px', maxHeight: '60dvh', overflow: 'auto' },
  '.cm-gutters': { backgroundColor: 'var(--sunken)', color: 'var(--text-3)', border: 'none' },
  '.cm-content': { caretColor: 'var(--text)' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
    background: 'var(--accent-soft)',
  },
  '.cm-changedLine': { backgroundColor: 'var(--good-soft) !important' },
  '.cm-changedText': { background: 'var(--good-line) !important' },
  '.cm-deletedChunk': { backgroundColor: 'var(--bad-soft) !important', color: 'var(--text)' },
  '.cm-deletedText': { background: 'var(--bad-line) !important' },
  '.cm-collapsedLines': { background: 'var(--hover)', color: 'var(--text-2)' },
});

/** Tab leaves the editor, as it leaves every other field: nobody is caught in it. */
function extensionsOf(mode: EditorMode, label: string): Extension[] {
  const base = [
    EditorView.cspNonce.of(nonceOf(document)),
    lineNumbers(),
    drawSelection(),
    yaml(),
    syntaxHighlighting(highlight),
    look,
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ 'aria-label': label }),
  ];
  switch (mode.kind) {
    case 'read':
      return [...base, EditorState.readOnly.of(true)];
    case 'review':
      return [
        ...base,
        EditorState.readOnly.of(true),
        unifiedMergeView({
          original: mode.before,
          mergeControls: false,
          highlightChanges: true,
          gutter: true,
          collapseUnchanged: { margin: 3, minSize: 6 },
        }),
      ];
    case 'write':
      return [
        ...base,
        history(),
        keymap.of([...defaultKeymap, ...historyKeymap]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) mode.onChange(update.state.doc.toString());
        }),
      ];
  }
}

export function RuleEditor({
  text,
  label,
  mode,
}: {
  readonly text: string;
  readonly label: string;
  readonly mode: EditorMode;
}) {
  const place = useRef<HTMLDivElement>(null);
  // The editor keeps its own text from the first drawing on; only another kind of mode makes another editor.
  const first = useRef({ text, label, mode });
  first.current = { text, label, mode };
  const kind = mode.kind;
  useEffect(() => {
    if (place.current === null) return;
    const { text, label, mode } = first.current;
    if (mode.kind !== kind) return;
    const state = EditorState.create({ doc: text, extensions: extensionsOf(mode, label) });
    const view = new EditorView({ state, parent: place.current });
    return () => view.destroy();
  }, [kind]);
  return <div ref={place} className={css.editor} />;
}
