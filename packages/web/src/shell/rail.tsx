// The rail: every page, what waits, and the freeze, always at the same place.
import { Link } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { PAGES } from '../app/pages.ts';
import { useLiveState } from '../connection/use-live.ts';
import { useWaitingCount } from '../connection/use-waiting.ts';
import { Kbd } from '../kit/kbd.tsx';
import { FreezeButton } from './freeze.tsx';
import { Mark } from './mark.tsx';
import { PanicButton } from './panic-button.tsx';
import css from './rail.module.css';
import { StateMark } from './state-mark.tsx';
import { UserMenu } from './user-menu.tsx';

const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

export function Rail({ onFind }: { readonly onFind: () => void }) {
  const waiting = useWaitingCount();
  const state = useLiveState();
  return (
    <section className={css.rail} aria-label="Castellan">
      <Link to="/" className={css.brand} aria-label="Castellan, to the inbox">
        <Mark />
        <span>Castellan</span>
      </Link>
      <button type="button" className={css.find} onClick={onFind}>
        <Search size={16} aria-hidden />
        <span>Find</span>
        <Kbd>{isMac ? '⌘K' : 'Ctrl K'}</Kbd>
      </button>
      <nav aria-label="Pages" className={css.pages}>
        {PAGES.map(({ path, title, icon: Icon }) => (
          <Link
            key={path}
            to={path}
            className={css.entry}
            activeOptions={{ exact: path === '/', includeSearch: false }}
          >
            <Icon size={17} aria-hidden />
            <span>{title}</span>
            {path === '/' && waiting > 0 ? (
              <span className={css.count}>
                {waiting > 999 ? '999+' : waiting}
                <span className="sr-only"> waiting</span>
              </span>
            ) : null}
          </Link>
        ))}
      </nav>
      <div className={css.foot}>
        <FreezeButton />
        <PanicButton />
        <div className={css.state}>
          <StateMark state={state} />
          <UserMenu />
        </div>
      </div>
    </section>
  );
}
