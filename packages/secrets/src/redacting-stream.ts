// Redacts bytes as they come. What may be the start of a secret waits for the rest; everything else goes on at once.
// INVARIANT: the output of all chunks is the output of the whole, however it was cut.
import type { Finding } from './finding.ts';
import { type Marker, replaceBytes } from './replace.ts';

export interface RedactingStream {
  push(chunk: Uint8Array): Uint8Array;
  /**
   * Nothing came for a while and somebody is looking: what was held back, but not what is more than a few characters into a
   * secret that is known. What goes out here is still looked at, so that the rest of a secret is hidden all the same.
   */
  pause(): Uint8Array;
  /** What was still held back. The stream is used up then. */
  end(): Uint8Array;
}

export interface StreamSearch {
  find(bytes: Uint8Array): readonly Finding[];
  /** From where on a secret may have begun whose rest has not come. */
  mayBegin(bytes: Uint8Array): number;
  /** The same, where more than a crumb of one that is known has come. */
  knownMayBegin(bytes: Uint8Array): number;
}

/** What has gone out is still looked at, so that a word's beginning or a run's is known. */
const CONTEXT = 4_096;
/** More than this is never held back: what was found by then is redacted, and its continuation too. */
const MAX_HELD = 1_048_576;
/** A finding this near the end may still grow (padding, a shared digit, a word's end). */
const NEAR_END = 3;
const SHORT = 8;

const NOTHING = new Uint8Array(0);

export function redactingStream(search: StreamSearch, mark: Marker): RedactingStream {
  let context: Uint8Array = NOTHING;
  let held: Uint8Array = NOTHING;
  /** Whether what went out last was a marker: the rest of the same secret gets no other one. */
  let within = false;

  const take = (all: Uint8Array, from: number, to: number, findings: readonly Finding[]): Uint8Array => {
    const inside: Finding[] = [];
    let continued = '';
    for (const finding of findings) {
      if (finding.end <= from || finding.start >= to) continue;
      if (finding.start < from && within) continued = mark(finding.name);
      inside.push({ ...finding, start: Math.max(finding.start, from) - from, end: Math.min(finding.end, to) - from });
    }
    if (to > from) within = inside.at(-1)?.end === to - from;
    return replaceBytes(all.subarray(from, to), inside, mark).subarray(Buffer.byteLength(continued, 'utf8'));
  };

  const holdFrom = (all: Uint8Array, from: number, findings: readonly Finding[]): number => {
    let hold = Math.max(from, search.mayBegin(all));
    for (let index = findings.length - 1; index >= 0; index--) {
      const finding = findings[index];
      if (finding === undefined || finding.end <= from) break;
      const chained = finding.end === hold && finding.end - finding.start < SHORT;
      if (finding.end > Math.min(hold, all.length - NEAR_END) || chained)
        hold = Math.min(hold, Math.max(from, finding.start));
    }
    return hold;
  };

  return {
    push: (chunk) => {
      const from = context.length;
      const all = Buffer.concat([context, held, chunk]);
      const findings = search.find(all);
      const hold = holdFrom(all, from, findings);
      const to = all.length - hold > MAX_HELD ? all.length : hold;
      const output = take(all, from, to, findings);
      context = all.subarray(Math.max(0, to - CONTEXT), to);
      held = all.subarray(to);
      return output;
    },
    pause: () => {
      const from = context.length;
      const all = Buffer.concat([context, held]);
      const findings = search.find(all);
      const to = Math.max(from, search.knownMayBegin(all));
      const output = take(all, from, to, findings);
      context = all.subarray(Math.max(0, to - CONTEXT), to);
      held = all.subarray(to);
      return output;
    },
    end: () => {
      const all = Buffer.concat([context, held]);
      const output = take(all, context.length, all.length, search.find(all));
      context = NOTHING;
      held = NOTHING;
      return output;
    },
  };
}
