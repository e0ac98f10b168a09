// Which arguments of a call the user typed, by the matcher the daemon uses: the prompt is remembered as it arrives, and each
// argument is looked up whole. The traces hold no results of tools, so nothing else is remembered.
import type { Flow, JsonObject } from '@castellan/contract';
import { flowsIn, keyFrom, Memory } from '../../packages/daemon/src/labels/index.ts';

/** The daemon draws its key at its start; a score must not depend on it. */
const KEY = keyFrom(Uint8Array.from({ length: 12 }, (_, index) => 17 * index + 3));

/** The flows of each call of one task, whose prompt this was. */
export function userFlows(prompt: string): (input: JsonObject) => readonly Flow[] {
  const memory = new Memory(KEY);
  memory.hear(prompt);
  return (input) => flowsIn(input, memory, KEY);
}
