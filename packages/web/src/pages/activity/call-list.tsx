// The list itself: however long it is, only the rows on the screen are in the page. `j` and `k` go from row to row.
import { Button } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { Empty } from '../../kit/empty.tsx';
import { ErrorNote } from '../../kit/error-note.tsx';
import { Skeleton } from '../../kit/skeleton.tsx';
import { countText, exactText } from '../../kit/time-text.ts';
import css from './activity.module.css';
import { CallRow } from './call-row.tsx';
import { type Query, useFeed } from './use-feed.ts';

/** What scrolls is the shell's part around the page. */
const scroller = (list: HTMLElement | null): HTMLElement | null => list?.closest('main') ?? null;
const topWithin = (list: HTMLElement, outer: HTMLElement): number =>
  list.getBoundingClientRect().top - outer.getBoundingClientRect().top + outer.scrollTop;

const ROW = 65;
const AHEAD = 20;

export function CallList({
  query,
  filtered,
  onOpen,
}: {
  readonly query: Query;
  readonly filtered: boolean;
  readonly onOpen: (call: string) => void;
}) {
  const { feed, failure, loadingOlder, loadOlder } = useFeed(query);
  const list = useRef<HTMLOListElement>(null);
  const [top, setTop] = useState(0);
  const rows = feed?.rows ?? [];
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller(list.current),
    estimateSize: () => ROW,
    overscan: 8,
    scrollMargin: top,
    getItemKey: (index) => rows[index]?.call ?? index,
  });
  // What stands above the list may have grown: where it begins is measured again with each drawing, and set when it moved.
  useLayoutEffect(() => {
    const outer = scroller(list.current);
    const at = list.current === null || outer === null ? 0 : topWithin(list.current, outer);
    if (Math.abs(at - top) > 1) setTop(at);
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  // A page that stopped early found little in much: it goes on when somebody says so.
  const nearEnd = rows.length > 0 && feed?.searchedTo === null && last >= rows.length - AHEAD;
  useEffect(() => {
    if (nearEnd) loadOlder();
  }, [nearEnd, loadOlder]);

  const step = (event: KeyboardEvent): void => {
    if (event.key !== 'j' && event.key !== 'k') return;
    const row = event.target instanceof HTMLElement ? event.target.closest('li') : null;
    const next = event.key === 'j' ? row?.nextElementSibling : row?.previousElementSibling;
    next?.querySelector('button')?.focus();
  };

  if (feed === null) return failure === null ? <Skeleton lines={8} /> : <ErrorNote error={failure} />;
  const more = (
    <div className={css.end}>
      {feed.behind === 0 ? null : (
        <p>{countText(feed.behind, 'record')} cannot be found yet: the index is still being made.</p>
      )}
      {feed.older === null ? null : (
        <>
          {feed.searchedTo === null ? null : <p>Looked back to {exactText(feed.searchedTo)} so far.</p>}
          <Button onClick={loadOlder} loading={loadingOlder}>
            {feed.searchedTo === null ? 'Load more' : 'Look further back'}
          </Button>
        </>
      )}
      <p role="status">{loadingOlder ? 'Loading older calls' : feed.older === null ? 'That is all' : ''}</p>
    </div>
  );
  if (rows.length === 0 && feed.older !== null) return more;
  if (rows.length === 0)
    return filtered ? (
      <Empty title="No call is like that">
        <p>Take a term away, or look for other words.</p>
      </Empty>
    ) : (
      <Empty title="No calls yet" command="castellan connect claude-code">
        <p>Once an agent is connected, everything it attempts stands here.</p>
      </Empty>
    );
  return (
    <>
      <ErrorNote error={failure} />
      <ol
        ref={list}
        className={css.list}
        aria-label="Calls"
        style={{ height: virtual.getTotalSize() }}
        onKeyDown={step}
      >
        {items.map((item) => {
          const row = rows[item.index];
          return row === undefined ? null : (
            <li
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              style={{ transform: `translateY(${item.start - top}px)` }}
            >
              <CallRow row={row} onOpen={onOpen} />
            </li>
          );
        })}
      </ol>
      {more}
    </>
  );
}
