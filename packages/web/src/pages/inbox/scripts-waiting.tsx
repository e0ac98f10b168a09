// Scripts that wait for a review, above the calls: a call waits for minutes, a script as long as it takes to read it.
import type { ScriptVersion } from '@castellan/contract';
import { Link } from '@tanstack/react-router';
import { ScrollText } from 'lucide-react';
import { useState } from 'react';
import { seenText } from '../../kit/text-pieces.ts';
import { countText } from '../../kit/time-text.ts';
import { When } from '../../kit/when.tsx';
import { By } from '../../scripts/by.tsx';
import { versionPlace } from '../../scripts/model.ts';
import css from './scripts-waiting.module.css';

const SHOWN = 2;

export function ScriptsWaiting({ versions }: { readonly versions: readonly ScriptVersion[] }) {
  const [open, setOpen] = useState(false);
  if (versions.length === 0) return null;
  const shown = open ? versions : versions.slice(0, SHOWN);
  const more = versions.length - SHOWN;
  return (
    <section className={css.scripts} aria-label="Scripts to review">
      <ul>
        {shown.map(({ script, digest, number, author, proposedAt, about }) => (
          <li key={digest}>
            <Link to="/scripts/$name/versions/$digest" params={versionPlace(script, digest)} className={css.entry}>
              <ScrollText size={17} aria-hidden />
              <span className={css.texts}>
                <span className={css.meta}>
                  <By who={author} />
                </span>
                <span className={css.sentence}>
                  Review <span className="mono">{script}</span>, version {number}
                </span>
                {about.description === '' ? null : <span className={css.about}>{seenText(about.description)}</span>}
                <span className={css.meta}>
                  <When at={proposedAt} />
                </span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {more <= 0 ? null : (
        <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? `Show ${SHOWN}` : `Show ${countText(more, 'more script')}`}
        </button>
      )}
    </section>
  );
}
