// Which arguments of a call the user typed, for traces that hold the prompt and nothing else. An argument counts only where
// its whole value stands in the prompt between word boundaries; a number where the prompt holds the same number.
import { type Flow, flowSchema, type JsonObject } from '@castellan/contract';

export function userFlows(prompt: string, input: JsonObject): readonly Flow[] {
  const text = prompt.toLowerCase();
  const numbers = new Set((prompt.match(/(?<![\w.-])\d+(?:\.\d+)?(?![\w-])/g) ?? []).map(Number));
  return Object.entries(input).flatMap(([name, value]): readonly Flow[] => {
    const isTyped =
      typeof value === 'number'
        ? numbers.has(value)
        : typeof value === 'string' && stands(value.trim().toLowerCase(), text);
    if (!isTyped) return [];
    const argument = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const flow = { label: 'user', source: 'prompt', argument, whole: true, length: String(value).length };
    return [flowSchema.parse(flow)];
  });
}

/** Letters and digits on either side would make it a part of another word. */
function stands(value: string, text: string): boolean {
  if (value === '') return false;
  for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1)) {
    const before = text[at - 1] ?? ' ';
    const after = text[at + value.length] ?? ' ';
    if (!/[\p{L}\p{N}]/u.test(before) && !/[\p{L}\p{N}]/u.test(after)) return true;
  }
  return false;
}
