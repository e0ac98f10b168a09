// The texts of a JSON value, each with where it stands. Names of members count too: what is sent as a name is sent.
import type { JsonValue } from '@castellan/contract';

export interface Leaf {
  /** RFC 6901. */
  readonly pointer: string;
  readonly text: string;
}

const step = (name: string): string =>
  name.includes('~') || name.includes('/') ? `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}` : `/${name}`;

export interface Leaves {
  readonly leaves: readonly Leaf[];
  /** There were more than may be: what the caller does not see may hold anything. */
  readonly cut: boolean;
}

/** Characters as numbers: fewer cannot be a copy that counts. */
const LEAST_NUMBERS = 16;

/** In reading order, at most `most`. With its own stack: a value may nest as deep as it likes. */
export function leavesOf(whole: JsonValue, most = 20_000): Leaves {
  const leaves: Leaf[] = [];
  const waiting: { readonly pointer: string; readonly value: JsonValue }[] = [{ pointer: '', value: whole }];
  for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) {
    if (leaves.length >= most) return { leaves, cut: true };
    const { pointer, value } = item;
    if (typeof value === 'string') leaves.push({ pointer, text: value });
    else if (typeof value === 'number') leaves.push({ pointer, text: String(value) });
    else if (Array.isArray(value)) {
      // Short pieces may be one text in many: they are read together too.
      const pieces = value.filter((piece) => typeof piece === 'string');
      if (pieces.length > 1) leaves.push({ pointer, text: pieces.join('') });
      const numbers = value.filter((piece) => typeof piece === 'number');
      if (numbers.length >= LEAST_NUMBERS) leaves.push({ pointer, text: numbers.join(',') });
      for (let index = value.length - 1; index >= 0; index -= 1)
        waiting.push({ pointer: `${pointer}/${index}`, value: value[index] });
    } else if (value !== null && typeof value === 'object') {
      const members = value as { readonly [name: string]: JsonValue };
      const names = Object.keys(members);
      for (let n = names.length - 1; n >= 0; n -= 1) {
        const name = names[n] as string;
        const at = `${pointer}${step(name)}`;
        if (name.length >= 8) leaves.push({ pointer: at, text: name });
        waiting.push({ pointer: at, value: members[name] as JsonValue });
      }
    }
  }
  return { leaves, cut: false };
}
