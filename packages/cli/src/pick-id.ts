// Ids may be shortened to a part only one of them has: its beginning, with or without the kind, or its end.
import { EXIT, type ExitCode, type Output } from './output.ts';
import { visible } from './text/visible.ts';

export type Picked<Id extends string> =
  | { readonly kind: 'one'; readonly id: Id }
  | { readonly kind: 'none' }
  | { readonly kind: 'several'; readonly ids: readonly Id[] };

export function pickId<Id extends string>(ids: readonly Id[], part: string): Picked<Id> {
  const exact = ids.find((id) => id === part);
  if (exact !== undefined) return { kind: 'one', id: exact };
  if (part.length === 0) return { kind: 'none' };
  const found = [...new Set(ids)].filter((id) => {
    const tail = id.slice(id.indexOf('_') + 1);
    return id.startsWith(part) || tail.startsWith(part) || tail.endsWith(part);
  });
  const [first] = found;
  if (first === undefined) return { kind: 'none' };
  return found.length === 1 ? { kind: 'one', id: first } : { kind: 'several', ids: found };
}

/** The one id meant, or what to say when there is none or more than one. */
export function pickOrTell<Id extends string>(
  out: Output,
  what: string,
  ids: readonly Id[],
  part: string,
  listing: string,
): { readonly id: Id } | ExitCode {
  const picked = pickId(ids, part);
  switch (picked.kind) {
    case 'one':
      return { id: picked.id };
    case 'none':
      return out.error(`there is no ${what} \`${visible(part)}\``, [`\`${listing}\` lists them`]);
    case 'several': {
      const few = picked.ids.slice(0, 5).map((id) => `\`${id}\``);
      const more = picked.ids.length > few.length ? ', …' : '';
      return out.error(
        `\`${visible(part)}\` fits ${picked.ids.length} ${what}s: ${few.join(', ')}${more}`,
        ['give more of it'],
        EXIT.usage,
      );
    }
  }
}
