// A command as it stands, with the parts that matter marked. Every character is there; invisible ones are shown as what they
// are, because a command that looks like another is the oldest trick.
import type { ReactNode } from 'react';
import css from './marked-text.module.css';
import { piecesOf, type Span } from './text-pieces.ts';

export function MarkedText({
  text,
  spans = [],
}: {
  readonly text: string;
  readonly spans?: readonly Span[];
}): ReactNode {
  return (
    <pre className={css.text}>
      <code>
        {piecesOf(text, spans).map((piece) => {
          const key = `${piece.at}`;
          if (piece.hidden !== undefined)
            return (
              <mark key={key} className={css.hidden} title={`a character that cannot be seen: ${piece.hidden}`}>
                {piece.hidden}
              </mark>
            );
          return piece.marked === undefined ? (
            piece.text
          ) : (
            <mark key={key} className={css.mark} data-hue={piece.marked.hue} title={piece.marked.title}>
              {piece.text}
            </mark>
          );
        })}
      </code>
    </pre>
  );
}
