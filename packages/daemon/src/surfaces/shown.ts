// A call as it may be shown. Where its arguments hold a secret everything that is told of it is made of the arguments
// without it. INVARIANT: half a secret is not recognised any more by the redactor, and a shell cuts one at any sign it reads
// (`-pTr0ub4dor&3horse`): so pieces are looked for here, wherever in the secret they stood.
import type { Call, JsonValue } from '@castellan/contract';
import type { Shown } from '../circumstances.ts';
import type { Exits } from '../exits/index.ts';
import type { SecretsIn } from './secrets-in.ts';

/** So many signs in a row of a secret are a piece of it; fewer are anybody's. */
const LEAST = 8;
/** What a shell left of a secret between two signs of its own counts from here on, where it stands alone. */
const LEAST_WORD = 4;
const SHELL_SIGNS = /[\s;&|<>()[\]{}$`"'\\#*?!~=,]+/;
const isSign = (char: string | undefined): boolean => char === undefined || !/[A-Za-z0-9_]/.test(char);
const HIDDEN = '[REDACTED]';

interface Pieces {
  /** Every stretch of `LEAST` signs, by where it stands. */
  readonly stretches: ReadonlySet<string>;
  readonly words: readonly string[];
}

function piecesOf(secret: string): Pieces {
  const stretches = new Set<string>();
  // A host is told in lower case, whatever the case of the secret that was put into its name.
  for (const form of new Set([secret, secret.toLowerCase()]))
    for (let at = 0; at + LEAST <= form.length; at += 1) stretches.add(form.slice(at, at + LEAST));
  const words = secret.split(SHELL_SIGNS).filter((word) => word.length >= LEAST_WORD && word.length < LEAST);
  return { stretches, words: words.filter((word) => word !== secret) };
}

function withoutWord(text: string, word: string): string {
  let shown = '';
  let from = 0;
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    if (at < from || !isSign(text[at - 1]) || !isSign(text[at + word.length])) continue;
    shown += text.slice(from, at) + HIDDEN;
    from = at + word.length;
  }
  return shown + text.slice(from);
}

function withoutPieces(text: string, pieces: readonly Pieces[]): string {
  let shown = text;
  for (const { stretches, words } of pieces) {
    let left = '';
    let from = 0;
    for (let at = 0; at + LEAST <= shown.length; at += 1) {
      if (!stretches.has(shown.slice(at, at + LEAST))) continue;
      let end = at + LEAST;
      while (stretches.has(shown.slice(end + 1 - LEAST, end + 1))) end += 1;
      left += shown.slice(from, at) + HIDDEN;
      from = end;
      at = end - 1;
    }
    shown = left + shown.slice(from);
    for (const word of words) shown = withoutWord(shown, word);
  }
  return shown;
}

/** RFC 6901 writes a slash of a name as `~1`: a secret with one is only seen without. */
const shownPointer = (pointer: string, exits: Exits): string =>
  pointer
    .split('/')
    .map((step) =>
      exits.text(step.replaceAll('~1', '/').replaceAll('~0', '~')).replaceAll('~', '~0').replaceAll('/', '~1'),
    )
    .join('/');

export function shownOf(call: Call, { shown, texts }: SecretsIn<Call['arguments']>, exits: Exits): Shown {
  if (shown === call.arguments) return { call, hide: (value) => value };
  const pieces = texts.filter((text) => text.length >= LEAST).map(piecesOf);
  return {
    call: { ...call, arguments: shown },
    hide: (value) =>
      JSON.parse(JSON.stringify(value), (key: string, part: JsonValue) => {
        if (typeof part !== 'string') return part;
        return withoutPieces(key === 'argument' ? shownPointer(part, exits) : exits.text(part), pieces);
      }),
  };
}
