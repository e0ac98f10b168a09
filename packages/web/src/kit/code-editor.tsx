// A text editor for JSON, YAML and Starlark, loaded where something is edited or read. With `was` it shows inside the text what
// is different. INVARIANT: characters that cannot be seen are written out, in every mode.
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { yaml } from '@codemirror/lang-yaml';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { goToNextChunk, unifiedMergeView } from '@codemirror/merge';
import { EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightSpecialChars, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { Button } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { nonceOf } from '../app/strict.ts';
import { faultLines, type LineFault, setFaults } from './code-editor-faults.ts';
import { starlark } from './code-editor-starlark.ts';
import { codeOfUnseen, seenText, UNSEEN } from './text-pieces.ts';

export interface CodeEditorProps {
  readonly value: string;
  readonly onChange?: (value: string) => void;
  readonly language: 'json' | 'yaml' | 'starlark';
  /** What a screen reader calls it. */
  readonly label: string;
  readonly readOnly?: boolean;
  /** The text before: what is different is marked. */
  readonly was?: string;
  /** Whoever opened it wants to type. */
  readonly autoFocus?: boolean;
  /** As tall as its text: the page scrolls, and nothing is below an edge inside of it. */
  readonly tall?: boolean;
  readonly faults?: readonly LineFault[];
  /** A button that goes from one difference to the next. */
  readonly steps?: boolean;
}

const LANGUAGES = { json, yaml, starlark } as const;

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--accent)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--warn)' },
  { tag: tags.comment, color: 'var(--text-3)', fontStyle: 'italic' },
  { tag: tags.keyword, color: 'var(--accent)' },
  { tag: tags.definition(tags.variableName), fontWeight: '600' },
  { tag: tags.standard(tags.variableName), fontWeight: '700', textDecoration: 'underline' },
  { tag: tags.meta, fontWeight: '600' },
]);
/** In JSON and YAML nearly everything is a text. */
const texts = HighlightStyle.define([{ tag: tags.string, color: 'var(--good)' }]);

/** As `seenText` writes them where a text is only read. */
function drawUnseen(code: number): HTMLElement {
  const place = document.createElement('span');
  place.className = 'cm-specialChar';
  place.textContent = `[${codeOfUnseen(String.fromCodePoint(code))}]`;
  return place;
}

const look = EditorView.theme({
  '&': { fontSize: '13px', backgroundColor: 'var(--sunken)', color: 'var(--text)' },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '1px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '20px', minHeight: '160px', maxHeight: '50vh' },
  '&.cm-tall .cm-scroller': { minHeight: '0', maxHeight: 'none' },
  '.cm-content': { caretColor: 'var(--text)' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--accent-soft)',
  },
  '.cm-gutters': { backgroundColor: 'var(--sunken)', color: 'var(--text-3)', borderRight: '1px solid var(--line)' },
  '.cm-changedLine, &.cm-merge-b .cm-changedLine': { backgroundColor: 'var(--good-soft)' },
  '.cm-deletedChunk': { backgroundColor: 'var(--bad-soft)', color: 'var(--bad)' },
  '.cm-changedText, &.cm-merge-b .cm-changedText': { background: 'none', textDecoration: 'underline' },
  '.cm-faultLine': { backgroundColor: 'var(--bad-soft)' },
  '.cm-faultText': {
    padding: '2px 8px',
    borderLeft: '3px solid var(--bad)',
    backgroundColor: 'var(--bad-soft)',
    color: 'var(--bad)',
    fontFamily: 'var(--font)',
    whiteSpace: 'pre-wrap',
  },
  '.cm-specialChar': { backgroundColor: 'var(--bad-soft)', color: 'var(--bad)' },
  '.cm-deletedChunk .cm-deletedText': { background: 'none', textDecoration: 'line-through' },
});

/**
 * What is typed over a selection is put in here: the browser's own way keeps the look of what it replaces in style attributes,
 * which the page's policy refuses.
 */
const typedOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { inputType, data, isComposing } = event;
    if (isComposing || inputType !== 'insertText' || data === null || view.state.selection.main.empty) return false;
    view.dispatch(view.state.replaceSelection(data), { userEvent: 'input.type', scrollIntoView: true });
    return true;
  },
});

const NO_FAULTS: readonly LineFault[] = [];

export function CodeEditor({
  value,
  onChange,
  language,
  label,
  readOnly = false,
  was,
  autoFocus = false,
  tall = false,
  faults = NO_FAULTS,
  steps = false,
}: CodeEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const changed = useRef(onChange);
  changed.current = onChange;
  // What is only read is drawn as it is seen; what is typed stays what it is, with what cannot be seen drawn over it.
  const shown = readOnly ? seenText(value) : value;
  const first = useRef(shown);
  first.current = shown;
  const focusAtOnce = useRef(autoFocus);
  const view = useRef<EditorView | null>(null);
  useEffect(() => {
    const editor = new EditorView({
      ...(place.current === null ? {} : { parent: place.current }),
      state: EditorState.create({
        doc: first.current,
        extensions: [
          EditorView.cspNonce.of(nonceOf(document)),
          EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
          EditorView.lineWrapping,
          ...(tall ? [EditorView.editorAttributes.of({ class: 'cm-tall' })] : []),
          ...(readOnly
            ? []
            : [highlightSpecialChars({ specialChars: UNSEEN, render: drawUnseen }), faultLines, typedOver]),
          EditorState.readOnly.of(readOnly),
          // Where nothing is typed the keys of the page go on being heard.
          EditorView.editable.of(!(readOnly && tall)),
          lineNumbers(),
          history(),
          drawSelection(),
          // Tab stays the key that leaves the field.
          keymap.of([...defaultKeymap, ...historyKeymap]),
          LANGUAGES[language](),
          syntaxHighlighting(colours),
          ...(language === 'starlark' ? [syntaxHighlighting(texts)] : []),
          look,
          ...(was === undefined
            ? []
            : [unifiedMergeView({ original: seenText(was), mergeControls: false, gutter: false })]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) changed.current?.(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    if (focusAtOnce.current) editor.focus();
    return () => editor.destroy();
  }, [label, language, readOnly, was, tall]);
  // What comes from outside replaces what stands there; what was typed is what comes from outside.
  useEffect(() => {
    const editor = view.current;
    if (editor === null || editor.state.doc.toString() === shown) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: shown } });
  }, [shown]);
  useEffect(() => {
    view.current?.dispatch({ effects: setFaults.of(faults) });
  }, [faults]);
  return (
    <>
      {steps && was !== undefined && was !== value ? (
        <p>
          <Button
            onClick={() => {
              if (view.current === null) return;
              goToNextChunk(view.current);
              view.current.focus();
            }}
          >
            Next change
          </Button>
        </p>
      ) : null}
      <div ref={place} />
    </>
  );
}
