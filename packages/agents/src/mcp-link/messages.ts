// Messages of JSON-RPC as far as `castellan mcp` looks at them, and its own answers where no daemon can answer: errors, so that a
// client shows why.

export type JsonRecord = Readonly<Record<string, unknown>>;
export type RequestId = string | number;

/** Of the range that servers may define. */
const AWAY = -32_000;

export const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Null: it has none that anybody could answer. */
export const idOf = ({ id }: JsonRecord): RequestId | null =>
  typeof id === 'string' || typeof id === 'number' ? id : null;

/** A batch or a message alone; null: no JSON. */
export function parts(text: string): { readonly each: readonly unknown[]; readonly isBatch: boolean } | null {
  try {
    const message: unknown = JSON.parse(text);
    return Array.isArray(message) ? { each: message, isBatch: true } : { each: [message], isBatch: false };
  } catch {
    return null;
  }
}

const error = (id: RequestId | null, code: number, message: string): string =>
  JSON.stringify({ jsonrpc: '2.0', id, error: { code, message } });

export const faultAnswer = (code: number, why: string): string => error(null, code, why);

export const errorAnswer = (id: RequestId, why: string): string => error(id, AWAY, why);

/** An answer for each request in a message; none for what wants none. */
export function awayAnswers(text: string, why: string): readonly string[] {
  const message = parts(text);
  if (message === null) return [error(null, -32_700, 'the message is not JSON')];
  return message.each.flatMap((one) => {
    const id = isRecord(one) && 'method' in one ? idOf(one) : null;
    return id === null ? [] : [errorAnswer(id, why)];
  });
}
