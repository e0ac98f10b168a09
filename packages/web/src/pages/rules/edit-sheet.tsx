// A file of rules as text: read, or written and looked at once more as a change before it is saved.
import { Button, TextInput } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { useChange } from '../../connection/use-ask.ts';
import { Act } from '../../kit/act.tsx';
import { ErrorNote } from '../../kit/error-note.tsx';
import { Note } from '../../kit/note.tsx';
import kit from '../../kit/rows.module.css';
import { Sheet } from '../../kit/sheet.tsx';
import { Skeleton } from '../../kit/skeleton.tsx';
import { pathOf, type RuleFileText } from './model.ts';
import css from './rules.module.css';

/** Nobody who only looks at rules loads an editor. */
const CodeEditor = lazy(() => import('../../kit/code-editor.tsx').then((module) => ({ default: module.CodeEditor })));

export type Editing =
  | { readonly kind: 'look'; readonly file: RuleFileText }
  | { readonly kind: 'change'; readonly file: RuleFileText }
  | { readonly kind: 'new'; readonly text: string };

export function EditSheet({ editing, onClose }: { readonly editing: Editing | null; readonly onClose: () => void }) {
  const title = editing === null ? '' : editing.kind === 'new' ? 'A new file of rules' : editing.file.path;
  return (
    <Sheet opened={editing !== null} onClose={onClose} title={title} wide>
      <Suspense fallback={<Skeleton lines={10} />}>
        {editing === null ? null : editing.kind === 'look' ? (
          <div className={kit.wide}>
            <Note>It comes with Castellan and is read only. A rule of your own adds to it.</Note>
            <CodeEditor value={editing.file.text} language="yaml" label={editing.file.path} readOnly />
          </div>
        ) : (
          <Edit editing={editing} onClose={onClose} />
        )}
      </Suspense>
    </Sheet>
  );
}

function Edit({
  editing,
  onClose,
}: {
  readonly editing: Exclude<Editing, { kind: 'look' }>;
  readonly onClose: () => void;
}) {
  const before = editing.kind === 'new' ? '' : editing.file.text;
  const [text, setText] = useState(editing.kind === 'new' ? editing.text : editing.file.text);
  const [name, setName] = useState('mine');
  const [reviewing, setReviewing] = useState(false);
  const change = useChange('changeRules');
  const path = editing.kind === 'new' ? pathOf(name) : editing.file.path;
  const was = editing.kind === 'new' ? null : editing.file.digest;
  const save = async (): Promise<void> => {
    if (path !== null && (await change.run({ body: { path, text, was } })) !== null) onClose();
  };
  return (
    <div className={kit.wide}>
      {editing.kind === 'new' ? (
        <TextInput
          label="Name of the file"
          description={path ?? 'lower-case letters, digits, - and _'}
          error={path === null ? 'that is no name for a file of rules' : null}
          value={name}
          disabled={reviewing}
          onChange={(event) => setName(event.currentTarget.value)}
        />
      ) : null}
      {reviewing ? (
        <>
          <h3>What will change</h3>
          <CodeEditor key="review" value={text} was={before} language="yaml" label="What will change" readOnly />
        </>
      ) : (
        <CodeEditor
          key="write"
          value={text}
          onChange={setText}
          language="yaml"
          label={editing.kind === 'new' ? 'A new file of rules' : editing.file.path}
        />
      )}
      <ErrorNote error={change.failure} />
      <div className={css.answers}>
        {reviewing ? (
          <>
            <Button onClick={() => setReviewing(false)}>Back to the text</Button>
            <Act needs="policy:write" variant="filled" pending={change.pending} onClick={() => void save()}>
              Save and put in force
            </Act>
          </>
        ) : (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button
              variant="filled"
              disabled={text === before || path === null}
              onClick={() => {
                change.reset();
                setReviewing(true);
              }}
            >
              Review the change
            </Button>
          </>
        )}
      </div>
    </div>
  );
}
