// Everything a run asked of the world, in order: what it was, whether it was done, what came back.
import type { ScriptCall } from '@castellan/contract';
import { Link } from '@tanstack/react-router';
import { Globe, KeyRound, type LucideIcon, Wrench } from 'lucide-react';
import { useState } from 'react';
import { ForeignText } from '../kit/foreign-text.tsx';
import { OutcomeMark } from '../kit/outcome-mark.tsx';
import kit from '../kit/rows.module.css';
import { ShowMore } from '../kit/show-more.tsx';
import { Tag } from '../kit/tag.tsx';
import { countText } from '../kit/time-text.ts';
import { CALL_OUTCOMES, momentText, UNDER_WAY } from './model.ts';
import css from './scripts.module.css';

const ICONS: Readonly<Record<ScriptCall['kind'], LucideIcon>> = { http: Globe, tool: Wrench, secret: KeyRound };
const SHOWN = 30;

export function HostCalls({
  calls,
  running,
}: {
  readonly calls: readonly ScriptCall[];
  /** The last one may not be answered yet. */
  readonly running: boolean;
}) {
  const [open, setOpen] = useState(false);
  if (calls.length === 0) return <p className="muted">It asked for nothing outside of itself.</p>;
  const shown = open ? calls : calls.slice(0, SHOWN);
  const more = calls.length - shown.length;
  return (
    <>
      <ol className={css.calls} aria-label="Host calls">
        {shown.map((call, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the calls of a run never move, and two may be alike
          <One key={index} call={call} open={running && index === calls.length - 1} />
        ))}
      </ol>
      {more === 0 ? null : <ShowMore onShow={() => setOpen(true)}>Show {countText(more, 'more call')}</ShowMore>}
    </>
  );
}

function One({
  call: { at, kind, text, outcome, answer, call, verdict },
  open,
}: {
  readonly call: ScriptCall;
  readonly open: boolean;
}) {
  const Icon = ICONS[kind];
  // A refused call ends the program: while that goes on, its last call is one that nobody answered yet.
  const { word, tone } = open && outcome === 'refused' ? UNDER_WAY : CALL_OUTCOMES[outcome];
  return (
    <li>
      <Icon size={16} aria-hidden />
      <div className={kit.stack}>
        <div className={css.line}>
          <ForeignText text={text} />
          {outcome === 'live' ? null : <Tag tone={tone}>{word}</Tag>}
        </div>
        {answer === '' ? null : (
          <div className={kit.note}>
            <ForeignText text={answer} />
          </div>
        )}
        <p className={kit.note}>
          <span className="numbers">after {momentText(at)}</span>
          {verdict === undefined ? null : (
            <>
              {' · '}
              <OutcomeMark outcome={verdict} />
            </>
          )}
          {call === undefined ? null : (
            <>
              {' · '}
              <Link to="/activity" search={{ call }}>
                the call in Activity
              </Link>
            </>
          )}
        </p>
      </div>
    </li>
  );
}
