// Finds the secrets of a set in bytes: their forms directly.
import type { Finding } from './finding.ts';
import type { Form } from './forms.ts';
import type { SecretSet } from './secret-set.ts';
import { mergeSpans, type Span, spanCollector } from './spans.ts';
import { viewsOf } from './views-of.ts';

const isWord = (byte: number | undefined): boolean =>
  byte !== undefined &&
  ((byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    byte === 0x5f ||
    (byte >= 0x80 && byte !== 0xff));

const isBase64 = (byte: number | undefined): boolean =>
  isWord(byte) ? byte !== undefined && byte < 0x80 : byte === 0x2b || byte === 0x2f || byte === 0x2d;

/** How far from a line of the same secret a line counts that is too common to be one by itself. */
const NEARBY = 256;

interface Waiting {
  readonly start: number;
  readonly end: number;
  readonly secret: number;
}

/** The whole words among tokens: one alone, or several in a row with a word's end at both sides. */
function wholeTokens(bytes: Uint8Array, tokens: Waiting[]): readonly Waiting[] {
  const kept: Waiting[] = [];
  tokens.sort((a, b) => a.start - b.start || b.end - a.end);
  const opens = (at: number): boolean => !(isWord(bytes[at - 1]) && isWord(bytes[at]));
  let run: Waiting[] = [];
  const flush = (): void => {
    const last = run.at(-1);
    if (last !== undefined && opens(last.end)) kept.push(...run);
    run = [];
  };
  for (const token of tokens) {
    const last = run.at(-1);
    if (last !== undefined && token.start === last.end) {
      run.push(token);
      continue;
    }
    if (last !== undefined && token.start < last.end) {
      if (opens(token.start) && opens(token.end)) kept.push(token);
      continue;
    }
    flush();
    if (opens(token.start)) run.push(token);
  }
  flush();
  return kept;
}

/** Where the redaction of a form ends: after the digit it shares with its neighbour, and the padding. */
function endOf(bytes: Uint8Array, form: Form, end: number): number {
  if (!form.base64) return end;
  const full = form.shared > 0 && isBase64(bytes[end]) ? end + 1 : end;
  let to = full;
  while (to < full + 2 && bytes[to] === 0x3d) to++;
  return isBase64(bytes[to]) ? full : to;
}

/** The forms that stand in the bytes as they are. */
export function searchForms(set: SecretSet, bytes: Uint8Array): Span[] {
  const { spans, add } = spanCollector();
  const tokens: Waiting[] = [];
  const nearby: Waiting[] = [];
  const found = (start: number, end: number, tag: number): void => {
    const form = set.forms[tag];
    const secret = set.owners[tag];
    if (form === undefined || secret === undefined) return;
    switch (form.where) {
      case 'anywhere':
        add(start + form.spared, endOf(bytes, form, end), secret);
        return;
      case 'token':
        tokens.push({ start, end, secret });
        return;
      case 'nearby':
        nearby.push({ start, end, secret });
    }
  };
  for (const matcher of set.matchers) matcher.scan(bytes, found);
  if (tokens.length > 0) spans.push(...wholeTokens(bytes, tokens));
  if (nearby.length > 0) {
    const places = new Set<string>();
    const place = (secret: number, at: number): string => `${secret}:${Math.floor(at / NEARBY)}`;
    for (const { secret, start, end } of spans) places.add(place(secret, start)).add(place(secret, end));
    const near = ({ secret, start, end }: Waiting): boolean =>
      [end + NEARBY, start, start - NEARBY].some((at) => places.has(place(secret, at)));
    spans.push(...nearby.filter(near));
  }
  return spans;
}

/** How many encodings within each other are undone. */
const DEPTH = 3;
/** Views of long texts are made piece by piece, so that they need little memory. */
const BLOCK = 131_072;

type Add = (start: number, end: number, secret: number) => void;

function searchViews(set: SecretSet, bytes: Uint8Array, depth: number, add: Add): void {
  for (const view of viewsOf(set, bytes)) {
    const place: Add = (start, end, secret) => {
      for (const [from, to] of view.locate(start, end)) add(from, to, secret);
    };
    for (const { start, end, secret } of searchForms(set, view.bytes)) {
      if (view.decoded(start, end)) place(start, end, secret);
    }
    if (depth > 1 && view.final !== true) searchViews(set, view.bytes, depth - 1, place);
  }
}

function searchDeep(set: SecretSet, bytes: Uint8Array): readonly Span[] {
  const spans = searchForms(set, bytes);
  searchViews(set, bytes, DEPTH, (start, end, secret) => spans.push({ start, end, secret }));
  return spans;
}

function searchAll(set: SecretSet, bytes: Uint8Array): readonly Span[] {
  if (set.forms.length === 0) return [];
  if (bytes.length <= BLOCK * 2) return searchDeep(set, bytes);
  const spans = searchForms(set, bytes);
  for (let block = 0; block < bytes.length; block += BLOCK) {
    const from = Math.max(0, block - set.reach * 2);
    const part = bytes.subarray(from, Math.min(bytes.length, block + BLOCK + set.reach * 2));
    searchViews(set, part, DEPTH, (start, end, secret) => {
      const first = from + start;
      if (first >= block && first < block + BLOCK) spans.push({ start: first, end: from + end, secret });
    });
  }
  return spans;
}

const NONE: readonly Finding[] = [];
const asFindings = (set: SecretSet, spans: readonly Span[]): readonly Finding[] =>
  spans.length === 0
    ? NONE
    : mergeSpans(spans).map(({ start, end, secret }) => ({
        start,
        end,
        name: set.names[secret] ?? 'secret',
        by: 'known',
        confidence: 'certain',
      }));

/** Everything of the set that is in the bytes, sorted and joined. */
export const searchSecrets = (set: SecretSet, bytes: Uint8Array): readonly Finding[] =>
  asFindings(set, searchAll(set, bytes));

/** The forms as they stand, with nothing undone: for comparison with what only looks for those. */
export const searchDirect = (set: SecretSet, bytes: Uint8Array): readonly Finding[] =>
  asFindings(set, searchForms(set, bytes));
