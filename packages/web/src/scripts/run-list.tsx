// Runs, newest first, each a link to all of it.
import type { RunSummary } from '@castellan/contract';
import { Link } from '@tanstack/react-router';
import kit from '../kit/rows.module.css';
import { When } from '../kit/when.tsx';
import { By } from './by.tsx';
import { momentText, RUN_KINDS } from './model.ts';
import css from './scripts.module.css';
import { OutcomeTag } from './state-tag.tsx';

export function RunList({ runs, none }: { readonly runs: readonly RunSummary[]; readonly none: string }) {
  if (runs.length === 0) return <p className="muted">{none}</p>;
  return (
    <ul className={kit.rows} aria-label="Runs">
      {runs.map(({ id, kind, outcome, startedAt, by, used, error, schedule }) => (
        <li key={id} className={kit.row}>
          <div className={kit.main}>
            <p className={kit.name}>
              <Link to="/runs/$id" params={{ id }} className={css.name}>
                <When at={startedAt} />
              </Link>
              <OutcomeTag outcome={outcome} />
            </p>
            <p className={kit.note}>
              {RUN_KINDS[kind]} · {schedule === undefined ? <By who={by} /> : 'by a schedule'}
              {used === null ? null : ` · ${momentText(used.wallMs)}`}
              {error === null ? null : (
                <>
                  {' · '}
                  <code>{error.code}</code>
                </>
              )}
            </p>
          </div>
        </li>
      ))}
    </ul>
  );
}
