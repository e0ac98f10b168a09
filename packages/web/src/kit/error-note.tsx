// A failure in the daemon's words, with what to do about it.
import { CircleAlert } from 'lucide-react';
import { Failure } from '../connection/failure.ts';
import css from './note.module.css';
import { Prose } from './prose.tsx';

export function ErrorNote({ error }: { readonly error: unknown }) {
  if (error === null || error === undefined) return null;
  const message = error instanceof Error ? error.message : String(error);
  const hints = error instanceof Failure ? error.hints : [];
  return (
    <div className={css.note} data-kind="bad" role="alert">
      <CircleAlert size={18} aria-hidden />
      <div>
        <p className={css.title}>
          <Prose text={message} />
        </p>
        {hints.map((hint) => (
          <p key={hint}>
            <Prose text={hint} />
          </p>
        ))}
      </div>
    </div>
  );
}
