// Env files (`NAME=value` lines). Node's own reader says what a value is; where a line is written in a way we cannot place,
// the value is not taken rather than half taken out.
import { isDeepStrictEqual, parseEnv } from 'node:util';
import type { Leftover, LeftoverFile, Reading } from './leftover.ts';

/** A name, its value, and nothing behind it but a comment: what else stands there would be lost with the line. */
const LINE =
  /^([ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*(?:"(?:\\.|[^"\\])*"|'[^']*'|`[^`]*`|[^\s"'`#;&|]*))[ \t]*(#[^\r\n]*)?(?=\r?$)/gm;

export function readEnvFile(text: string, { file, prefix, isCredential }: Reading): LeftoverFile {
  const values = parseEnv(text);
  const faults: string[] = [];
  const places = new Map<string, { readonly start: number; readonly end: number }[]>();
  for (const match of text.matchAll(LINE)) {
    const [, whole = '', name = ''] = match;
    places.set(name, [...(places.get(name) ?? []), { start: match.index, end: match.index + whole.length }]);
  }
  const leftovers: Leftover[] = [];
  for (const [key, value] of Object.entries(values)) {
    if (value === undefined || value === '' || !isCredential(key, value)) continue;
    const [place, ...more] = places.get(key) ?? [];
    if (place === undefined || more.length > 0 || parseEnv(text.slice(place.start, place.end))[key] !== value) {
      faults.push(
        `${file}: \`${key}\` is ${more.length > 0 ? 'set more than once' : 'written in a way we cannot place'}`,
      );
      continue;
    }
    leftovers.push({ name: `${prefix}${key}`, key, value, uses: [], where: file });
  }
  return {
    leftovers,
    faults,
    without(taken) {
      const cuts = taken
        .flatMap(({ key, name }) => (places.get(key) ?? []).map((place) => ({ ...place, name })))
        .toSorted((a, b) => b.start - a.start);
      const rest = cuts.reduce(
        (left, { start, end, name }) => `${left.slice(0, start)}# ${name} is kept by Castellan${left.slice(end)}`,
        text,
      );
      const gone = new Set(taken.map(({ key }) => key));
      const others = Object.entries(values).filter(([key]) => !gone.has(key));
      return isDeepStrictEqual({ ...parseEnv(rest) }, Object.fromEntries(others)) ? rest : null;
    },
  };
}
