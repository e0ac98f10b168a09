// Words that cannot be told, and what is known of them all the same.
import type { Word } from 'unbash';
import type { Piece } from './chunks.ts';
import type { Field } from './field.ts';
import { secretsIn } from './secrets.ts';
import type { Span } from './span.ts';

export const untold = (note: string, span: Span, single: boolean, number = false): Field => ({
  kind: 'unknown',
  note,
  span,
  single: single || number,
  ...(number ? { number } : {}),
});

const aboutOf = ({ text }: Word): { readonly about?: string } => {
  const about = /\$\{?([A-Za-z_]\w*)/.exec(text)?.[1];
  return about === undefined ? {} : { about };
};

/** What is known of a word that cannot be told. */
export function untoldPiece(
  { unknown = '', number, plain, starts, empty, inherited, names }: Piece,
  word: Word,
  span: Span,
): Field {
  const quoted = isSingle(word);
  const secrets = secretsIn(word.parts);
  const known = {
    ...(plain === true ? { plain } : {}),
    ...(quoted || plain === true ? { starts: starts ?? '' } : {}),
    ...(starts === undefined || starts === '' ? {} : { under: starts }),
    ...(empty === undefined ? {} : { empty }),
    ...(inherited === true && empty !== undefined ? { inherited } : {}),
    ...(names === undefined ? {} : { names }),
    ...aboutOf(word),
    ...(secrets.length === 0 ? {} : { secrets }),
  };
  return { ...untold(unknown, span, quoted || plain === true, number), ...known };
}

/** Only quoted parts, and none that becomes several words (`"$@"`). */
function isSingle(word: Word): boolean {
  const quoted = word.parts?.every((part) => /^(?:Literal|SingleQuoted|AnsiCQuoted|DoubleQuoted)$/.test(part.type));
  return quoted === true && !word.text.includes('@');
}
