// The security checklist: what was looked at, what was seen, and what to do where something is not as it should be.
import type { CheckItem } from '@castellan/contract';
import { Link } from '@tanstack/react-router';
import { CircleAlert, CircleCheck, CircleHelp, type LucideIcon, TriangleAlert } from 'lucide-react';
import { useAsk } from '../../connection/use-ask.ts';
import { Asked } from '../../kit/asked.tsx';
import { Note } from '../../kit/note.tsx';
import { PageFrame } from '../../kit/page-frame.tsx';
import kit from '../../kit/rows.module.css';
import { Ticked } from '../../kit/ticked.tsx';
import { capital } from '../../kit/words.ts';
import css from './checks.module.css';
import { checkGroups, headline, tally } from './model.ts';

const MARKS: Readonly<Record<CheckItem['state'], { readonly icon: LucideIcon; readonly word: string }>> = {
  good: { icon: CircleCheck, word: 'Good' },
  warn: { icon: TriangleAlert, word: 'Could be better' },
  bad: { icon: CircleAlert, word: 'Must be fixed' },
  unknown: { icon: CircleHelp, word: 'Not known' },
};

export function Page() {
  const query = useAsk('checks');
  return (
    <PageFrame title="Checks" lead="What Castellan sees of its own safety, worst first. Each line says what was seen.">
      <Asked query={query} lines={8}>
        {({ checks }) => <Checklist checks={checks} />}
      </Asked>
    </PageFrame>
  );
}

function Checklist({ checks }: { readonly checks: readonly CheckItem[] }) {
  const counts = tally(checks);
  return (
    <div className={kit.wide}>
      <Note kind={counts.bad > 0 ? 'bad' : counts.warn > 0 ? 'warn' : 'good'} title={capital(headline(counts))} />
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

function Check({ item: { state, title, evidence, fix } }: { readonly item: CheckItem }) {
  const { icon: Icon, word } = MARKS[state];
  return (
    <li className={css.check} data-state={state}>
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
      </div>
    </li>
  );
}
