// Activity: every call, newest first, with what came of it; on top how tiring the asking is. What is looked for and the call that is
// open stand in the address, so that they can be linked to and left by going back.
import { parseQuery } from '@castellan/contract';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Download } from 'lucide-react';
import { useCallback, useDeferredValue, useEffect, useMemo, useState } from 'react';
import { Act } from '../../kit/act.tsx';
import { PageFrame } from '../../kit/page-frame.tsx';
import { CallList } from './call-list.tsx';
import { CallSheet } from './call-sheet.tsx';
import { ExportDialog } from './export-dialog.tsx';
import { FatigueMeter } from './fatigue-meter.tsx';
import { QueryField } from './query-field.tsx';

export function Page() {
  const { call, q = '' } = useSearch({ from: '/shell/activity' });
  const navigate = useNavigate({ from: '/activity' });
  const [text, setText] = useState(q);
  const [exporting, setExporting] = useState(false);
  // Another link to this page brings another query.
  useEffect(() => setText(q), [q]);
  const settled = useDeferredValue(text);
  const [asked, setAsked] = useState(() => (parseQuery(q).ok ? q.trim() : ''));
  useEffect(() => {
    if (!parseQuery(settled).ok) return;
    setAsked(settled.trim());
  }, [settled]);
  const query = useMemo(() => (asked === '' ? {} : { q: asked }), [asked]);
  const show = useCallback(
    (next: string | null) =>
      void navigate({
        search: { ...(asked === '' ? {} : { q: asked }), ...(next === null ? {} : { call: next }) },
        resetScroll: false,
      }),
    [navigate, asked],
  );
  return (
    <PageFrame
      title="Activity"
      lead="Every call, newest first. Nothing runs without standing here."
      actions={
        <Act needs="ledger:export" leftSection={<Download size={16} aria-hidden />} onClick={() => setExporting(true)}>
          Export
        </Act>
      }
    >
      <FatigueMeter />
      <QueryField text={text} onChange={setText} />
      <CallList key={asked} query={query} filtered={asked !== ''} onOpen={show} />
      <CallSheet call={call ?? null} onClose={() => show(null)} />
      <ExportDialog q={asked} opened={exporting} onClose={() => setExporting(false)} />
    </PageFrame>
  );
}
