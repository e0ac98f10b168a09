// Env files (`NAME=value` lines). Node's own reader says what a value is; where a line is written in a way we cannot place,
// the value is not taken rather than half taken out.
import { parseEnv } from 'node:util';
import type { Leftover, LeftoverFile, Reading } from './leftover.ts';

const LINE =
  /^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*("(?:\\.|[^"\\])*"|'[^']*'|`[^`]*`|[^\r\n]*)[^\r\n]*/gm;

export function readEnvFile(text: string, { file, prefix, isCredential }: Reading): LeftoverFile {
  const values = parseEnv(text);
  const faults: string[] = [];
  const places = new Map<string, { readonly start: number; readonly end: number }[]>();
  for (const match of text.matchAll(LINE)) {
    const [whole, name = ''] = match;
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
      return cuts.reduce(
        (rest, { start, end, name }) => `${rest.slice(0, start)}# ${name} is kept by Castellan${rest.slice(end)}`,
        text,
      );
    },
  };
}
