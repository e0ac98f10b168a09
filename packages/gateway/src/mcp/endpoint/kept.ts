// Results too long for one answer: the client gets the beginning and where the rest is. INVARIANT: only what left the gate is
// kept, secrets taken out; one client never reads what another's call gave; all of it is bounded in number, size and time, and
// that of all clients together (store.ts).
import type { AgentId, JsonObject, JsonValue } from '@castellan/contract';
import { RESULT_TOOL } from '../definitions/index.ts';
import type { McpClock } from '../host.ts';
import { KEPT_CHARS, KEPT_MS, KEPT_RESULTS, RESULT_CHARS } from './limits.ts';
import { bytesOfText, type Store } from './store.ts';

/** The tool by which the rest is fetched. */
export const RESULT_TOOL_SHOWN: JsonObject = {
  name: RESULT_TOOL,
  title: 'Castellan: rest of a long result',
  description:
    'The rest of a tool result that was too long for one answer. The answer that was cut says `id` and `from`. Kept for 15 minutes.',
  inputSchema: {
    type: 'object',
    properties: {
      id: { type: 'string', description: 'as the cut answer says it' },
      from: { type: 'integer', minimum: 0, description: 'character to begin at' },
    },
    required: ['id', 'from'],
    additionalProperties: false,
  },
  annotations: { readOnlyHint: true, openWorldHint: false },
};

interface Kept {
  readonly text: string;
  readonly forget: () => void;
}

export class KeptResults {
  readonly #clock: McpClock;
  readonly #store: Store;
  readonly #agent: AgentId;
  readonly #kept = new Map<string, Kept>();

  constructor(clock: McpClock, store: Store, agent: AgentId) {
    this.#clock = clock;
    this.#store = store;
    this.#agent = agent;
  }

  /** A result as it may be answered at once. */
  cut(result: JsonObject): JsonObject {
    if (fits(result, RESULT_CHARS)) return result;
    const text = wholeText(result);
    const id = this.#keep(text);
    // Text fits no output schema, so that a client which insists on one takes this as the failure of the call.
    const isError = result.isError === true || result.structuredContent !== undefined;
    return { content: this.#slice(id, text, 0), ...(isError ? { isError: true } : {}) };
  }

  /** The contents of a resource, likewise: what is too long becomes text that says where the rest is. */
  cutContents(result: JsonObject): JsonObject {
    const { contents } = result;
    if (!Array.isArray(contents) || fits(result, RESULT_CHARS)) return result;
    const cut = (contents as readonly JsonObject[]).map((one) => {
      const { uri, text, blob: _blob, ...about } = one;
      if (fits(one, Math.floor(RESULT_CHARS / contents.length))) return one;
      const whole = typeof text === 'string' ? text : JSON.stringify(one);
      const parts = this.#slice(this.#keep(whole), whole, 0);
      return { ...about, uri: uri ?? '', text: parts.map((part) => String(part.text)).join('\n') };
    });
    return { ...result, contents: cut };
  }

  read(id: JsonValue | undefined, from: JsonValue | undefined): readonly JsonObject[] | null {
    const text = typeof id === 'string' ? this.#kept.get(id)?.text : undefined;
    if (typeof id !== 'string' || text === undefined) return null;
    return typeof from === 'number' && Number.isSafeInteger(from) && from >= 0 ? this.#slice(id, text, from) : null;
  }

  clear(): void {
    for (const id of [...this.#kept.keys()]) this.#forget(id);
  }

  #slice(id: string, text: string, from: number): readonly JsonObject[] {
    const end = wholeEnd(text, Math.min(text.length, from + RESULT_CHARS));
    const part: JsonObject = { type: 'text', text: text.slice(from, end) };
    if (end >= text.length) return [part];
    const more = `castellan: characters ${from} to ${end} of ${text.length}; for the rest call \`${RESULT_TOOL}\` with ${JSON.stringify({ id, from: end })}`;
    return [part, { type: 'text', text: more }];
  }

  #keep(text: string): string {
    const id = this.#clock.random(18).toString('base64url');
    const stored = text.slice(0, KEPT_CHARS);
    const expires = this.#clock.after(KEPT_MS, () => this.#forget(id));
    const giveBack = this.#store.keep(this.#agent, bytesOfText(stored), () => this.#forget(id));
    const forget = (): void => {
      expires();
      giveBack();
    };
    this.#kept.set(id, { text: stored, forget });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT_RESULTS && oldest !== undefined) this.#forget(oldest);
    return id;
  }

  #forget(id: string): void {
    const kept = this.#kept.get(id);
    if (kept === undefined) return;
    this.#kept.delete(id);
    kept.forget();
  }
}

/** Never between the two halves of one character. */
const wholeEnd = (text: string, end: number): number =>
  end < text.length && text.charCodeAt(end - 1) >= 0xd800 && text.charCodeAt(end - 1) <= 0xdbff ? end - 1 : end;

/** Whether all text of a value is at most so long. Stops as soon as it is not. */
export function fits(whole: JsonValue, chars: number): boolean {
  let left = chars;
  const waiting: JsonValue[] = [whole];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (typeof value === 'string') left -= value.length;
    else if (typeof value === 'object' && value !== null) {
      for (const [key, item] of Object.entries(value)) {
        if (!Array.isArray(value)) left -= key.length;
        waiting.push(item);
      }
    }
    left -= 2;
    if (left < 0) return false;
  }
  return true;
}

/** What is read on: the texts where there is nothing else, else everything as JSON. */
function wholeText(result: JsonObject): string {
  const { content, structuredContent } = result;
  if (Array.isArray(content) && structuredContent === undefined) {
    const texts = (content as readonly JsonObject[]).map((block) => (block.type === 'text' ? block.text : undefined));
    if (texts.every((text) => typeof text === 'string')) return texts.join('\n');
  }
  return JSON.stringify(result);
}
