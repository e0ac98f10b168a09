// Where labelled content turns up in the arguments of a call. INVARIANT: what could not be read to its end is told as a flow
// of everything private, because nobody can say that it is none.
import type { Flow, JsonObject, Label } from '@castellan/contract';
import { MOST_READ, type Reading, readingsOf } from './decode.ts';
import { findCopies } from './find-copies.ts';
import type { Key } from './fingerprint.ts';
import { leavesOf } from './leaves.ts';
import type { Memory, Remembered } from './memory.ts';
import { normal } from './normal.ts';
import { tokensOf } from './tokens.ts';
import { textHash, valueHash } from './words.ts';

/** Flows told of one call, the private ones first. */
const MOST_FLOWS = 50;
const ORDER: Readonly<Record<Label, number>> = { private: 0, untrusted: 1, user: 2 };
/** Stands where something was cut out: it counts, and stands in no text. */
const GAP = '\uE0F3';

/** `common`: texts that stand everywhere and tell nothing, such as the folder the project lies in. */
export function flowsIn(args: JsonObject, memory: Memory, key: Key, common: readonly string[] = []): readonly Flow[] {
  const found = new Map<string, Flow>();
  const tell = (flow: Flow): void => {
    const name = [flow.label, flow.source, flow.argument, ...flow.encodings].join('\0');
    const known = found.get(name);
    if (known === undefined || known.length < flow.length) found.set(name, flow);
  };
  const budget = { left: MOST_READ };
  const told = common.filter((text) => text.length > 4);
  const unseen = (source: string, argument: string): void =>
    tell({ label: 'private', source, argument, encodings: [], whole: false, length: 0 });
  if (memory.lost) unseen('private content that is not remembered word for word', '');
  const all = leavesOf(args);
  if (all.cut && memory.seen.includes('private')) unseen('too much to look through', '');
  for (const { pointer, text } of all.leaves) {
    const typed = memory.hasHeard ? valueHash(text, key) : null;
    if (typed !== null && memory.isSpoken(typed))
      tell({ label: 'user', source: 'prompt', argument: pointer, encodings: [], whole: true, length: text.length });
    if (memory.isEmpty) continue;
    const { readings, cut } = readingsOf(without(text, told), budget);
    for (const reading of readings) for (const flow of flowsOf(reading, pointer, memory, key)) tell(flow);
    if (cut && memory.seen.includes('private')) unseen('too much to look through', pointer);
  }
  return [...found.values()].sort((a, b) => ORDER[a.label] - ORDER[b.label]).slice(0, MOST_FLOWS);
}

const without = (text: string, common: readonly string[]): string =>
  common.reduce((left, each) => left.replaceAll(each, GAP), text);

function* flowsOf({ text, encodings }: Reading, argument: string, memory: Memory, key: Key): Generator<Flow> {
  const codes = normal(text);
  const flow = ({ label, source, call }: Remembered, length: number): Flow => ({
    label,
    source,
    ...(call !== undefined && { call }),
    argument,
    encodings: [...encodings],
    whole: encodings.length === 0 && length >= codes.length,
    length,
  });
  const printOf = (number: number) => memory.text(number)?.print ?? NOTHING;
  for (const { text: number, length } of findCopies(codes, memory.index, printOf, key)) {
    const remembered = memory.text(number);
    if (remembered !== undefined) yield flow(remembered, length);
  }
  const tokens = tokensOf(text);
  for (const token of tokens.length < 2 ? tokens : new Set(tokens))
    for (const number of memory.withToken(textHash(token, key))) {
      const remembered = memory.text(number);
      if (remembered !== undefined) yield flow(remembered, token.length);
    }
}

const NOTHING = { length: 0, blocks: new Uint32Array(), grams: new Uint8Array() };
