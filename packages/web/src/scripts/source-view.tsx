// A source as a person reads it: with its colours, with what differs marked in it, and with what cannot be seen written out.
import { lazy, Suspense } from 'react';
import { Note } from '../kit/note.tsx';
import kit from '../kit/rows.module.css';
import { Skeleton } from '../kit/skeleton.tsx';
import { unseenIn } from '../kit/text-pieces.ts';
import { countText } from '../kit/time-text.ts';

/** Nobody who does not read a source loads an editor. */
export const CodeEditor = lazy(() =>
  import('../kit/code-editor.tsx').then((module) => ({ default: module.CodeEditor })),
);

export function SourceView({
  text,
  was,
  label,
}: {
  readonly text: string;
  /** What it is compared with. */
  readonly was?: string;
  readonly label: string;
}) {
  const unseen = unseenIn(text);
  return (
    <div className={kit.stack}>
      {unseen === 0 ? null : (
        <Note kind="warn">
          <p>
            {countText(unseen, 'character')} of it cannot be seen, and {unseen === 1 ? 'is' : 'are'} written out here as
            [U+…]. There is hardly ever a good reason for one in a program.
          </p>
        </Note>
      )}
      <Suspense fallback={<Skeleton lines={10} />}>
        <CodeEditor
          key={was === undefined ? 'whole' : 'changes'}
          value={text}
          language="starlark"
          label={label}
          readOnly
          tall
          {...(was === undefined ? {} : { was, steps: true })}
        />
      </Suspense>
    </div>
  );
}
