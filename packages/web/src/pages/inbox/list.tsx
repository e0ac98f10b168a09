// The list beside the card. Only the rows in sight are in the page, however many wait.
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useCallback, useEffect, useMemo, useRef } from 'react';
import { useAnswering } from '../../approval/answering.tsx';
import { nearPaths } from '../../approval/sentence.tsx';
import { isOver, settledWord } from '../../approval/settled.tsx';
import { TimeLeft } from '../../approval/time-left.tsx';
import { RiskMark } from '../../kit/risk-mark.tsx';
import { seenText } from '../../kit/text-pieces.ts';
import { When } from '../../kit/when.tsx';
import css from './list.module.css';
import { idOf, type Row } from './rows.ts';

const ROW_PX = 108;
const KNOWN_HARM: ReadonlySet<string> = new Set(['changes safety', 'escalates', 'spends', 'sends', 'deletes']);
const HEADING_PX = 40;

function State({ row }: { readonly row: Exclude<Row, { kind: 'heading' }> }) {
  const { approval } = row;
  const progress = useAnswering().progress(approval.id);
  if (progress.kind === 'undoable') return <strong>denied, can be undone</strong>;
  if (progress.kind === 'sending') return <strong>{progress.what === 'approve' ? 'approving…' : 'denying…'}</strong>;
  if (progress.kind === 'failed') return <strong className={css.failed}>not answered: look again</strong>;
  const { state } = approval;
  if (isOver(state))
    return (
      <>
        {settledWord(state.kind)}
        {'by' in state ? ` by ${state.by.replace(/^[a-z]+:/, '')}` : ''} · <When at={state.at} />
      </>
    );
  return state.kind === 'queued' ? <>answered after another one</> : <TimeLeft until={approval.expiresAt} />;
}

const Entry = memo(function Entry({
  row,
  current,
  onOpen,
}: {
  readonly row: Exclude<Row, { kind: 'heading' }>;
  readonly current: boolean;
  readonly onOpen: (id: string) => void;
}) {
  const { approval } = row;
  // What cannot be told is the worst, but says less than a harm that is known.
  const worst = approval.risk.find((risk) => KNOWN_HARM.has(risk)) ?? approval.risk[0];
  return (
    <button
      type="button"
      className={css.entry}
      data-kind={row.kind}
      aria-current={current || undefined}
      onClick={() => onOpen(approval.id)}
    >
      <span className={css.meta}>
        <span className={css.agent}>
          {seenText([approval.agentName, approval.taskTitle].filter((part) => part !== '').join(' · '))}
        </span>
        {worst === undefined ? null : <RiskMark risk={worst} />}
      </span>
      <span className={css.sentence}>{nearPaths(approval)}</span>
      <span className={css.state}>
        <State row={row} />
      </span>
    </button>
  );
});

export function InboxList({
  rows,
  shown,
  onOpen,
}: {
  readonly rows: readonly Row[];
  readonly shown: string | null;
  readonly onOpen: (id: string) => void;
}) {
  const place = useRef<HTMLDivElement>(null);
  // The same functions while the rows are: with others the places of all of them would be reckoned anew at each scroll.
  const estimateSize = useCallback((index: number) => (rows[index]?.kind === 'heading' ? HEADING_PX : ROW_PX), [rows]);
  const getItemKey = useCallback(
    (index: number) => {
      const row = rows[index];
      return row === undefined ? index : (idOf(row) ?? 'heading');
    },
    [rows],
  );
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => place.current,
    estimateSize,
    getItemKey,
    overscan: 6,
  });
  const at = useMemo(() => rows.findIndex((row) => idOf(row) === shown), [rows, shown]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another one that is shown moves the list, never an arrival
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at, { align: 'auto' });
  }, [shown]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reached by the keyboard
    <div ref={place} className={css.list} tabIndex={0}>
      <ul style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, key, start, size }) => {
          const row = rows[index];
          if (row === undefined) return null;
          return (
            <li key={key} style={{ transform: `translateY(${start}px)`, height: size }}>
              {row.kind === 'heading' ? (
                <h2 className={css.heading}>{row.text}</h2>
              ) : (
                <Entry row={row} current={row.approval.id === shown} onOpen={onOpen} />
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
