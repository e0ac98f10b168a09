// A failure in the daemon's words, with what to do about it.
import { CircleAlert } from 'lucide-react';
import { Failure } from '../connection/failure.ts';
import css from './note.module.css';

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

export function ErrorNote({ error }: { readonly error: unknown }) {
  if (error === null || error === undefined) return null;
  const message = error instanceof Error ? error.message : String(error);
  const hints = error instanceof Failure ? error.hints : [];
  return (
    <div className={css.note} data-kind="bad" role="alert">
      <CircleAlert size={18} aria-hidden />
      <div>
        <p className={css.title}>{capital(message)}</p>
        {hints.map((hint) => (
          <p key={hint}>{capital(hint)}</p>
        ))}
      </div>
    </div>
  );
}
