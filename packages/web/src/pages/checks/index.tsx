// The security checklist: what was looked at, what was seen, and what to do where something is not as it should be.
import type { CheckedLine, CheckItem } from '@castellan/contract';
import { Link, useSearch } from '@tanstack/react-router';
import { CircleAlert, CircleCheck, CircleHelp, type LucideIcon, TriangleAlert } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { type OutputOf, useAsk, useChange } from '../../connection/use-ask.ts';
import { Act } from '../../kit/act.tsx';
import { Asked } from '../../kit/asked.tsx';
import { ErrorNote } from '../../kit/error-note.tsx';
import { Note } from '../../kit/note.tsx';
import { PageFrame } from '../../kit/page-frame.tsx';
import kit from '../../kit/rows.module.css';
import { Ticked } from '../../kit/ticked.tsx';
import { useGoToHash } from '../../kit/use-hash.ts';
import { capital } from '../../kit/words.ts';
import css from './checks.module.css';
import { checkGroups, checklistGroups, headline, tally } from './model.ts';

const MARKS: Readonly<Record<CheckItem['state'], { readonly icon: LucideIcon; readonly word: string }>> = {
  good: { icon: CircleCheck, word: 'Good' },
  warn: { icon: TriangleAlert, word: 'Could be better' },
  bad: { icon: CircleAlert, word: 'Must be fixed' },
  unknown: { icon: CircleHelp, word: 'Not known' },
};

export function Page() {
  const query = useAsk('checks');
  const { by } = useSearch({ from: '/shell/checks' });
  return (
    <PageFrame title="Checks" lead="What Castellan sees of its own safety, worst first. Each line says what was seen.">
      <nav aria-label="How it is ordered" className={css.views}>
        <Link to="/checks" className={css.view ?? ''} {...EXACTLY}>
          By subject
        </Link>
        <Link to="/checks" search={{ by: 'checklist' }} className={css.view ?? ''} {...EXACTLY}>
          By checklist
        </Link>
      </nav>
      <Asked query={query} lines={8}>
        {({ checks }) => (by === 'checklist' ? <ByChecklist checks={checks} /> : <BySubject checks={checks} />)}
      </Asked>
    </PageFrame>
  );
}

/** Both lead to this page: which of them is open is in what is asked besides. */
const EXACTLY = { activeOptions: { exact: true, includeSearch: true } } as const;

function BySubject({ checks }: { readonly checks: readonly CheckItem[] }) {
  useGoToHash(true);
  const counts = tally(checks);
  return (
    <div className={kit.wide}>
      <Note
        kind={counts.bad > 0 ? 'bad' : counts.warn + counts.unknown > 0 ? 'warn' : 'good'}
        title={capital(headline(counts))}
      />
      {checkGroups(checks).map(({ group, title, items }) => (
        <section key={group} aria-labelledby={`group-${group}`} className={kit.stack}>
          <div className={css.head}>
            <h2 id={`group-${group}`}>{title}</h2>
            <Mend group={group} />
          </div>
          <ul className={kit.rows}>
            {items.map((item) => (
              <Check key={item.id} item={item} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

const LINK = { className: css.link ?? '' };

/** Where what a group is about is changed. */
function Mend({ group }: { readonly group: CheckItem['group'] }) {
  switch (group) {
    case 'access':
      return (
        <Link to="/settings" {...LINK}>
          Account
        </Link>
      );
    case 'agents':
    case 'isolation':
      return (
        <Link to="/agents" {...LINK}>
          Agents
        </Link>
      );
    case 'policy':
      return (
        <Link to="/modules" {...LINK}>
          Modules
        </Link>
      );
    case 'secrets':
      return (
        <Link to="/secrets" {...LINK}>
          Secrets
        </Link>
      );
    case 'evidence':
    case 'running':
      return (
        <Link to="/activity" {...LINK}>
          Activity
        </Link>
      );
    case 'reach':
      return (
        <Link to="/settings" search={{ tab: 'notifications' }} {...LINK}>
          Notifications
        </Link>
      );
  }
}

function Check({ item: { id, state, title, evidence, fix, mends } }: { readonly item: CheckItem }) {
  const { icon: Icon, word } = MARKS[state];
  return (
    <li id={id} className={css.check} data-state={state}>
      <Icon size={18} aria-hidden />
      <div>
        <p className={kit.name}>
          <span className="sr-only">{word}:</span> {title}
        </p>
        <p className={kit.note}>
          <Ticked text={capital(evidence)} />
        </p>
        {fix === '' ? null : (
          <p className={css.fix}>
            <Ticked text={capital(fix)} />
          </p>
        )}
        <Mending id={id} title={title} mends={mends} />
      </div>
    </li>
  );
}

/** What Castellan does about it by itself, once somebody who may has said so. What was done is told also where nothing more is to do. */
function Mending({
  id,
  title,
  mends,
}: {
  readonly id: string;
  readonly title: string;
  readonly mends: string | undefined;
}) {
  const mend = useChange('mend');
  const [done, setDone] = useState<OutputOf<'mend'>['done']>([]);
  const told = useRef<HTMLDivElement>(null);
  // The button that had the focus goes with what it was for.
  useEffect(() => {
    if (done.length > 0 && mends === undefined) told.current?.focus();
  }, [done, mends]);
  if (mends === undefined && done.length === 0) return null;
  return (
    <div className={css.mend} ref={told} tabIndex={-1}>
      {mends === undefined ? null : (
        <>
          <p className={kit.note}>
            Fix it: <Ticked text={mends} />
          </p>
          <Act
            needs="checks:fix"
            about={title}
            pending={mend.pending}
            onClick={() => void mend.run({ params: { id } }).then((answer) => setDone(answer?.done ?? []))}
          >
            Fix
          </Act>
        </>
      )}
      <ErrorNote error={mend.failure} />
      <div role="status">
        {done.map((line) => (
          <p key={line}>
            <Ticked text={capital(line)} />
          </p>
        ))}
      </div>
    </div>
  );
}

/** The checklists of those that Castellan comes from, line by line, each with what answers it. */
function ByChecklist({ checks }: { readonly checks: readonly CheckItem[] }) {
  return (
    <div className={kit.wide}>
      {checklistGroups(checks).map(({ title, lines }) => (
        <section key={title} aria-label={title} className={kit.stack}>
          <h2>{title}</h2>
          <ul className={kit.rows}>
            {lines.map((line) => (
              <Line key={line.id} line={line} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function Line({ line: { line, note, items, seen, state } }: { readonly line: CheckedLine }) {
  const { icon: Icon, word } = MARKS[state];
  return (
    <li className={css.check} data-state={state}>
      <Icon size={18} aria-hidden />
      <div>
        <p className={kit.name}>
          <span className="sr-only">{items.length === 0 ? 'Not ours to see' : word}:</span> {capital(line)}
        </p>
        {note === '' ? null : (
          <p className={kit.note}>
            <Ticked text={capital(note)} />
          </p>
        )}
        <ul className={css.seen}>
          {seen.map((item) => (
            <li key={item.id}>
              <Link to="/checks" hash={item.id}>
                {item.title}
              </Link>
              : <Ticked text={item.evidence} />
            </li>
          ))}
        </ul>
      </div>
    </li>
  );
}
