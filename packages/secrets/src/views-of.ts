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
import { maySpellBase64, maySpellHex } from './views/may-spell.ts';
import { base64Views, hexViews } from './views/runs.ts';
import {
  AMPERSAND,
  BACKSLASH,
  EQUALS,
  FORM,
  GAP,
  NEWLINE,
  PERCENT,
  PLUS,
  QUOTING,
  signsOf,
  ZERO,
} from './views/signs.ts';
import { unicodeView } from './views/unicode.ts';
import { utf16View } from './views/utf16.ts';
import type { View } from './views/view.ts';

/** `shortestRun`: from how many digits on a run is looked into; a stream asks for less at its end. */
export function viewsOf(set: SecretSet, bytes: Uint8Array, shortestRun = set.shortestRun): readonly View[] {
  const { reach } = set;
  const grams = set.grams();
  const signs = signsOf(bytes);
  const views: View[] = [];
  const add = (view: View | null): void => {
    if (view !== null) views.push(view);
  };
  if ((signs & PERCENT) !== 0) {
    add(percentView(bytes, reach, grams));
    if ((signs & PLUS) !== 0) add(percentPlusView(bytes, reach, grams));
  }
  if ((signs & BACKSLASH) !== 0) {
    add(backslashView(bytes, reach, grams));
    if (set.hasBackslash) add(doubleQuotedView(bytes, reach, grams));
  }
  if ((signs & AMPERSAND) !== 0) add(entityView(bytes, reach));
  if ((signs & EQUALS) !== 0) add(quotedPrintableView(bytes, reach));
  if ((signs & QUOTING) !== 0 && set.hasQuoted) add(quotedView(bytes, reach, grams));
  if ((signs & GAP) !== 0) {
    const escaped = (signs & (PERCENT | AMPERSAND | BACKSLASH)) !== 0;
    add(glueView(bytes, reach, grams, escaped, false));
    if (set.hasSpace) add(glueView(bytes, reach, grams, escaped, true));
  }
  if ((signs & ZERO) !== 0) add(utf16View(bytes, reach));
  if ((signs & FORM) !== 0) add(unicodeView(bytes, reach));
  const lines = (signs & NEWLINE) !== 0;
  if (maySpellBase64(bytes, shortestRun, set.hasWide, lines))
    views.push(...base64Views(bytes, startsAtGroup, shortestRun, set.hasWide));
  if (maySpellHex(bytes, shortestRun, set.hasWide, set.hasHex, lines))
    views.push(...hexViews(bytes, shortestRun, set.hasWide, set.hasHex));
  views.push(...dumpViews(bytes, lines));
  return views;
}
