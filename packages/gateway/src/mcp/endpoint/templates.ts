// Which patterns an address fits, of all modules that have any. INVARIANT: one lookup has a bounded amount of work, shared among
// the modules: one whose patterns are dear is found for nothing, and takes nothing from the others.
import type { Definition } from '@castellan/contract';
import { type UriMatcher, uriMatcher } from '../definitions/index.ts';
import type { Entry } from './catalogue.ts';
import { LOOKUP_STEPS } from './limits.ts';

/** Made once for each pattern that people accepted. */
const matchers = new WeakMap<Definition, UriMatcher | null>();

function matcherOf(definition: Definition): UriMatcher | null {
  let matcher = matchers.get(definition);
  if (matcher === undefined) {
    matcher = uriMatcher(definition.name);
    matchers.set(definition, matcher);
  }
  return matcher;
}

export function fitting(templates: readonly Entry[], uri: string): readonly Entry[] {
  const likely = new Map<string, { readonly entry: Entry; readonly matcher: UriMatcher }[]>();
  for (const entry of templates) {
    const matcher = matcherOf(entry.definition);
    if (matcher === null || !uri.startsWith(matcher.prefix) || !uri.endsWith(matcher.suffix)) continue;
    const of = likely.get(entry.module.name);
    if (of === undefined) likely.set(entry.module.name, [{ entry, matcher }]);
    else of.push({ entry, matcher });
  }
  const fit: Entry[] = [];
  for (const of of likely.values()) {
    const steps = { left: Math.floor(LOOKUP_STEPS / likely.size) };
    for (const { entry, matcher } of of) {
      if (matcher.fits(uri, steps)) fit.push(entry);
      if (steps.left < 0) break;
    }
  }
  return fit;
}
