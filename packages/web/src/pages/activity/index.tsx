// Activity: every call, newest first, with what came of it; on top how tiring the asking is.
import { useSearch } from '@tanstack/react-router';
import { useDeferredValue, useMemo, useState } from 'react';
import { PageFrame } from '../../kit/page-frame.tsx';
import { CallList } from './call-list.tsx';
import { CallSheet } from './call-sheet.tsx';
import { FatigueMeter } from './fatigue-meter.tsx';
import { Filter } from './filter.tsx';
import { type Filters, isFiltered, NO_FILTERS, queryOf } from './model.ts';

export function Page() {
  const [filters, setFilters] = useState<Filters>(NO_FILTERS);
  const { call } = useSearch({ from: '/shell/activity' });
  // A link may name a call; it is opened like one that was pressed.
  const [shown, setShown] = useState<string | null>(call ?? null);
  const settled = useDeferredValue(filters);
  const query = useMemo(() => queryOf(settled), [settled]);
  return (
    <PageFrame title="Activity" lead="Every call, newest first. Nothing runs without standing here.">
      <FatigueMeter />
      <Filter filters={filters} onChange={setFilters} />
      <CallList key={JSON.stringify(query)} query={query} filtered={isFiltered(settled)} onOpen={setShown} />
      <CallSheet call={shown} onClose={() => setShown(null)} />
    </PageFrame>
  );
}
