// Tokens, read in passing: from the `usage` of a JSON answer, or of the events of a stream. Nothing waits for it, and what
// is too long to look at goes by unread.
import type { JsonObject } from '@castellan/contract';
import { isObject } from './plain.ts';

export interface Usage {
  readonly inputTokens?: number;
  readonly outputTokens?: number;
}

export interface UsageReader {
  push(chunk: Uint8Array): void;
  /** What was told; of a stream that broke off, so far. */
  end(): Usage;
  /** Bytes of the answer: what is left to go by where no usage is told. */
  readonly bytes: number;
}

/** Longest line of a stream, and longest JSON answer, that is looked at. */
const MAX_LINE = 1024 * 1024;
const MAX_ANSWER = 8 * 1024 * 1024;
const NEWLINE = 0x0a;
const MOST = 1_000_000_000;

const objectIn = (value: unknown, name: string): JsonObject | undefined => {
  const found = isObject(value) ? value[name] : undefined;
  return isObject(found) ? found : undefined;
};
const count = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= MOST ? value : undefined;

/** The spellings of both APIs. Anthropic counts cached input beside the rest, OpenAI within it: here it is always within. */
export function usageIn(value: unknown): Usage {
  const usage =
    objectIn(value, 'usage') ??
    objectIn(objectIn(value, 'message'), 'usage') ??
    objectIn(objectIn(value, 'response'), 'usage');
  if (usage === undefined) return {};
  const fresh = count(usage.prompt_tokens) ?? count(usage.input_tokens);
  const cached = (count(usage.cache_read_input_tokens) ?? 0) + (count(usage.cache_creation_input_tokens) ?? 0);
  const output = count(usage.completion_tokens) ?? count(usage.output_tokens);
  return {
    ...(fresh !== undefined && { inputTokens: fresh + cached }),
    ...(output !== undefined && { outputTokens: output }),
  };
}

/** Counts in a stream only ever grow; an event that leaves one out takes nothing back. */
const larger = (a: Usage, b: Usage): Usage => {
  const most = (name: keyof Usage): Usage => {
    const values = [a[name], b[name]].filter((value) => value !== undefined);
    return values.length === 0 ? {} : { [name]: Math.max(...values) };
  };
  return { ...most('inputTokens'), ...most('outputTokens') };
};

function parsedUsage(text: string): Usage {
  if (!text.includes('"usage"')) return {};
  try {
    return usageIn(JSON.parse(text));
  } catch {
    // Not JSON: then it tells no usage.
    return {};
  }
}

export function streamUsage(): UsageReader {
  let usage: Usage = {};
  let bytes = 0;
  let begun: Buffer[] = [];
  let length = 0;
  const finish = (rest: Buffer): void => {
    const whole = begun.length === 0 ? rest : Buffer.concat([...begun, rest]);
    if (length + rest.length <= MAX_LINE && whole.includes('"usage"'))
      usage = larger(usage, parsedUsage(whole.toString('utf8').replace(/^data:/, '')));
    begun = [];
    length = 0;
  };
  return {
    push(chunk) {
      bytes += chunk.length;
      const view = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
      let start = 0;
      for (let end = view.indexOf(NEWLINE); end !== -1; end = view.indexOf(NEWLINE, start)) {
        finish(view.subarray(start, end));
        start = end + 1;
      }
      length += view.length - start;
      if (length <= MAX_LINE && start < view.length) begun.push(view.subarray(start));
      else begun = [];
    },
    end() {
      finish(Buffer.alloc(0));
      return usage;
    },
    get bytes() {
      return bytes;
    },
  };
}

export function answerUsage(): UsageReader {
  let bytes = 0;
  let parts: Uint8Array[] = [];
  return {
    push(chunk) {
      bytes += chunk.length;
      if (bytes <= MAX_ANSWER) parts.push(chunk);
      else parts = [];
    },
    end: () => (bytes <= MAX_ANSWER ? parsedUsage(Buffer.concat(parts).toString('utf8')) : {}),
    get bytes() {
      return bytes;
    },
  };
}
