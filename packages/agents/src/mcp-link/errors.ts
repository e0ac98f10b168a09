// The answers of `castellan mcp` itself, where no daemon can answer: JSON-RPC errors, so that a client shows why.

/** Of the range that servers may define. */
const AWAY = -32_000;

type Id = string | number | null;

const error = (id: Id, code: number, message: string): string =>
  JSON.stringify({ jsonrpc: '2.0', id, error: { code, message } });

export const faultAnswer = (code: number, why: string): string => error(null, code, why);

/** An answer for each request in a message; none for what wants none. */
export function awayAnswers(text: string, why: string): readonly string[] {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return [error(null, -32_700, 'the message is not JSON')];
  }
  const each = Array.isArray(message) ? message : [message];
  return each.flatMap((one: unknown) => {
    if (typeof one !== 'object' || one === null || !('id' in one) || !('method' in one)) return [];
    return typeof one.id === 'string' || typeof one.id === 'number' ? [error(one.id, AWAY, why)] : [];
  });
}
