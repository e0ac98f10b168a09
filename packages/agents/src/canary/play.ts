// What the scripted model says next, whatever it is asked in: it plays the script found in the prompt and counts the results
// of tools to know its turn. Pure: it answers an agent under test and nobody else, holds no state and decides nothing.
import { createHash } from 'node:crypto';
import type { JsonObject, JsonValue } from '@castellan/contract';
import { isObject } from '../hook/plain-json.ts';
import { filled, findCanaryScript, nextTurn } from './script.ts';

/** A request, as every API of a model means it. */
export interface Conversation {
  /** Texts of the messages, in their order. */
  readonly texts: readonly string[];
  /** What tools gave so far, in its order. */
  readonly results: readonly string[];
  readonly offersTools: boolean;
  /** What was said so far. */
  readonly said: unknown;
}

export interface PlayedCall {
  /** Letters, digits and `_`. */
  readonly id: string;
  readonly tool: string;
  readonly input: JsonObject | string;
  readonly namespace: string | null;
}

export type Play =
  | { readonly kind: 'says'; readonly text: string }
  | { readonly kind: 'calls'; readonly calls: readonly PlayedCall[] };

export interface CanaryReply {
  readonly contentType: string;
  readonly text: string;
}

export function play({ texts, results, offersTools, said }: Conversation): Play {
  const script = texts.map(findCanaryScript).find((found) => found !== null);
  // A side request (a title, a probe) offers no tools and must not be given one.
  if (script === undefined || script === null || !offersTools) return { kind: 'says', text: 'castellan canary' };
  const turn = nextTurn(script, results.length);
  if (turn === null) return { kind: 'says', text: script.text.replaceAll('{{result}}', () => results.at(-1) ?? '') };
  // Of what was said so far: two conversations of one session never share a call's id, and a retry keeps its own.
  const seed = createHash('sha256').update(JSON.stringify(said)).digest('hex').slice(0, 16);
  return {
    kind: 'calls',
    calls: turn.map(({ tool, input, namespace }, index) => ({
      id: `canary_${seed}_${results.length + index}`,
      tool,
      input: typeof input === 'string' ? input : filled(input, results),
      namespace: namespace ?? null,
    })),
  };
}

/** The text of a message's content: a text, or parts of which some have one. */
export function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part: unknown) => (isObject(part) && typeof part.text === 'string' ? part.text : '')).join('\n');
}

export const listOf = (value: unknown): readonly { readonly [key: string]: unknown }[] =>
  Array.isArray(value) ? value.filter(isObject) : [];

export const isListed = (value: unknown): boolean => Array.isArray(value) && value.length > 0;

export const asJson = (value: JsonValue): CanaryReply => ({
  contentType: 'application/json',
  text: JSON.stringify(value),
});

/** @param events each with its name where the API names them. */
export const asEvents = (events: readonly (readonly [string | null, JsonValue])[]): CanaryReply => ({
  contentType: 'text/event-stream',
  text: events
    .map(([name, data]) => {
      const line = typeof data === 'string' ? data : JSON.stringify(data);
      return `${name === null ? '' : `event: ${name}\n`}data: ${line}\n\n`;
    })
    .join(''),
});
