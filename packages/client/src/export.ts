// An export as it comes: bytes, however many there are, and never all of them at once. INVARIANT: a stream that was broken off ends
// with an error, so that no short export passes for a whole one.
import { apiErrorSchema, type ExportForm, parserOf, ROUTES } from '@castellan/contract';
import type { Answer, ClientError } from './answer.ts';
import { routePath } from './client.ts';
import { readText, type Transport } from './transport.ts';

export interface ExportInput {
  readonly as: ExportForm;
  readonly q: string;
  readonly signal?: AbortSignal;
}

const parseApiError = parserOf(apiErrorSchema);
const failed = (error: ClientError): Answer<never> => ({ ok: false, error });

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Asks for an export. The bytes are read as they are wanted; reading them throws where the daemon broke off. */
export async function exportLedger(
  transport: Transport,
  { as, q, signal }: ExportInput,
): Promise<Answer<AsyncIterable<Uint8Array>>> {
  const { method } = ROUTES.exportLedger;
  const path = routePath(ROUTES.exportLedger, { query: { as, ...(q !== '' && { q }) } });
  const reply = await transport.send({
    method,
    path,
    accept: 'application/json',
    ...(signal !== undefined && { signal }),
  });
  if (reply.kind === 'failed')
    return failed({
      kind: 'unreachable',
      message: `the daemon cannot be reached: ${reply.message}`,
      hint: 'start it with `castellan up`, or look at `castellan status`',
    });
  if (reply.status === 200) return { ok: true, value: reply.body };
  const body = await readText(reply.body);
  const error = parseApiError(body.ok ? json(body.text) : null);
  if (error.ok) return failed({ kind: 'api', status: reply.status, error: error.value });
  return failed({
    kind: 'unintelligible',
    message: `the daemon's answer cannot be understood: status ${reply.status} without a reason`,
    hint: 'the daemon and this program may be of different versions: run `castellan down`, then `castellan up`',
  });
}
