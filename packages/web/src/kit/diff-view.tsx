// What a write would change: added and removed lines, each with its sign, so that colour is not needed to read it.
import type { Change } from '@castellan/contract';
import { FilePlus2, FileQuestion, PencilLine } from 'lucide-react';
import { useState } from 'react';
import css from './diff-view.module.css';
import { seenText } from './text-pieces.ts';
import { countText } from './time-text.ts';

const HEADS = {
  new: { icon: FilePlus2, word: 'new file' },
  changed: { icon: PencilLine, word: 'changed' },
  unseen: { icon: FileQuestion, word: 'what stands there now could not be read' },
} as const;

const kindOf = (line: string): 'added' | 'removed' | 'place' | 'same' =>
  line.startsWith('+') ? 'added' : line.startsWith('-') ? 'removed' : line.startsWith('@@') ? 'place' : 'same';

const SHOWN_LINES = 40;

export function DiffView({
  change,
  rest = 'the arguments below have them all',
}: {
  readonly change: Change;
  /** Where the lines are that are not shown. */
  readonly rest?: string;
}) {
  const { icon: Icon, word } = HEADS[change.kind];
  return (
    <figure className={css.diff}>
      <figcaption className={css.head}>
        <Icon size={15} aria-hidden />
        <code>{seenText(change.path)}</code>
        <span className={css.word}>{word}</span>
      </figcaption>
      <Lines lines={change.lines} label={`Changes of ${change.path}`} />
      {change.omitted === 0 ? null : (
        <p className={css.omitted}>
          {countText(change.omitted, 'line')} are not shown here: {rest}.
        </p>
      )}
    </figure>
  );
}

/** What differs between two texts that somebody else wrote: a long line goes on below, so that none hides its end. */
export function DiffLines({ lines, label }: { readonly lines: readonly string[]; readonly label: string }) {
  return (
    <div className={css.diff} data-wrap>
      <Lines lines={lines} label={label} />
    </div>
  );
}

function Lines({ lines, label }: { readonly lines: readonly string[]; readonly label: string }) {
  const [open, setOpen] = useState(false);
  const shown = open ? lines : lines.slice(0, SHOWN_LINES);
  const more = lines.length - shown.length;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines are scrolled with the keyboard too */}
      <section className={css.lines} tabIndex={0} aria-label={seenText(label)}>
        {shown.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place in the file, and never moves
          <div key={index} className={css.line} data-kind={kindOf(line)}>
            {line === '' ? ' ' : seenText(line)}
          </div>
        ))}
      </section>
      {more === 0 ? null : (
        <button type="button" className={css.more} onClick={() => setOpen(true)}>
          Show {countText(more, 'more line')}
        </button>
      )}
    </>
  );
}
