// All that a text may mean once one encoding is undone: what `search.ts` looks into again.
import { startsAtGroup } from './forms.ts';
import type { SecretSet } from './secret-set.ts';
import { dumpViews } from './views/dumps.ts';
import {
  backslashView,
  doubleQuotedView,
  entityView,
  percentPlusView,
  percentView,
  quotedPrintableView,
  quotedView,
} from './views/escapes.ts';
import { glueView } from './views/glue.ts';
import { base64Views, hexViews } from './views/runs.ts';
import { unicodeView } from './views/unicode.ts';
import { utf16View } from './views/utf16.ts';
import type { View } from './views/view.ts';

/** `shortestRun`: from how many digits on a run is looked into; a stream asks for less at its end. */
export function viewsOf(set: SecretSet, bytes: Uint8Array, shortestRun = set.shortestRun): readonly View[] {
  const { reach } = set;
  const grams = set.grams();
  const views: View[] = [];
  const add = (view: View | null): void => {
    if (view !== null) views.push(view);
  };
  add(percentView(bytes, reach, grams));
  add(percentPlusView(bytes, reach, grams));
  add(backslashView(bytes, reach, grams));
  if (set.hasBackslash) add(doubleQuotedView(bytes, reach, grams));
  add(entityView(bytes, reach));
  add(quotedPrintableView(bytes, reach));
  if (set.hasQuoted) add(quotedView(bytes, reach, grams));
  add(glueView(bytes, reach, grams, false));
  if (set.hasSpace) add(glueView(bytes, reach, grams, true));
  add(utf16View(bytes, reach));
  add(unicodeView(bytes, reach));
  views.push(
    ...base64Views(bytes, startsAtGroup, shortestRun, set.hasWide),
    ...hexViews(bytes, shortestRun, set.hasWide, set.hasHex),
    ...dumpViews(bytes),
  );
  return views;
}
