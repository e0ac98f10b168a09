// Who proposed it, when and why, and how it stands.
import type { ScriptVersion } from '@castellan/contract';
import { Link } from '@tanstack/react-router';
import { ForeignText } from '../../kit/foreign-text.tsx';
import kit from '../../kit/rows.module.css';
import { seenText } from '../../kit/text-pieces.ts';
import { When } from '../../kit/when.tsx';
import { Answered } from '../../scripts/answered.tsx';
import { By } from '../../scripts/by.tsx';
import { bytesText, shortDigest, signature } from '../../scripts/model.ts';
import scripts from '../../scripts/scripts.module.css';
import { VersionTag } from '../../scripts/state-tag.tsx';
import css from './review.module.css';

export function Head({ version }: { readonly version: ScriptVersion }) {
  const { script, number, about, author, proposedAt, note, state, digest, bytes, task } = version;
  return (
    <header className={kit.stack}>
      <p className={css.who}>
        <By who={author} /> proposed it <When at={proposedAt} />
        <Answered state={state} />
      </p>
      <h1 id="review-title" className={css.title}>
        <span>
          <span className="mono">{script}</span>, version {number}
        </span>
        <VersionTag state={state} />
      </h1>
      {about.description === '' ? (
        <p className="muted">It does not say what it is for.</p>
      ) : (
        <p>{seenText(about.description)}</p>
      )}
      {note === '' ? null : (
        <div className={scripts.quote}>
          <p className={kit.note}>Why, in the words of whoever proposed it:</p>
          <ForeignText text={note} />
        </div>
      )}
      <p className={kit.note}>
        Called as <code>{seenText(signature(version))}</code> · {bytesText(bytes)} ·{' '}
        <span className="mono" title={digest}>
          {shortDigest(digest)}
        </span>
        {about.author === '' ? '' : ` · says it is by ${seenText(about.author)}`}
        {about.version === '' ? '' : ` · calls itself ${seenText(about.version)}`}
        {task === undefined ? null : (
          <>
            {' · '}
            <Link to="/work">its task</Link>
          </>
        )}
      </p>
    </header>
  );
}
