// A call as it may be shown. Where its arguments hold a secret everything that is told of it is made of the arguments
// without it. INVARIANT: nothing cuts a text that still holds one: half a secret is not recognised any more, so the pieces
// that others cut are looked for by how the secret begins.
import type { Call, JsonValue } from '@castellan/contract';
import type { Shown } from '../circumstances.ts';
import type { Exits } from '../exits/index.ts';
import type { SecretsIn } from './secrets-in.ts';

/** Shorter beginnings are anybody's. */
const LEAST = 8;
const MOST_PIECES = 1000;

function withoutPieces(text: string, secrets: readonly string[]): string {
  let shown = text;
  for (const secret of secrets) {
    const head = secret.slice(0, LEAST);
    let from = 0;
    for (let n = 0; n < MOST_PIECES; n += 1) {
      const at = shown.indexOf(head, from);
      if (at === -1) break;
      let length = LEAST;
      while (length < secret.length && shown[at + length] === secret[length]) length += 1;
      // The whole of it is the redactor's, which knows its name.
      if (length < secret.length) shown = `${shown.slice(0, at)}[REDACTED]${shown.slice(at + length)}`;
      from = at + (length < secret.length ? '[REDACTED]'.length : length);
    }
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
  const long = texts.filter((text) => text.length >= LEAST);
  return {
    call: { ...call, arguments: shown },
    hide: (value) =>
      JSON.parse(JSON.stringify(value), (key: string, part: JsonValue) => {
        if (typeof part !== 'string') return part;
        return withoutPieces(key === 'argument' ? shownPointer(part, exits) : exits.text(part), long);
      }),
  };
}
