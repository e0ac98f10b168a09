// Answers of HTTP that are made here, and the care for those the SDK makes. INVARIANT: an event stream whose reader does not
// read is cut off, and its end is always heard.
import type { JsonValue } from '@castellan/contract';
import type { Id } from './intake.ts';
import { SLOW_READER_BYTES } from './limits.ts';
import { isObject } from './object.ts';
import type { HttpAnswer } from './types.ts';

export function httpFault(status: number, id: Id | null, code: number, message: string): Response {
  return Response.json({ jsonrpc: '2.0', id, error: { code, message } }, { status });
}

/** Refusals that are on record already. */
const TOLD = new WeakSet<Response>();

/** One whose reason was recorded where it was found. */
export function told(response: Response): Response {
  TOLD.add(response);
  return response;
}

/** Records every other refusal, those of the SDK among them: a wrong content type, `Accept`, revision or session. */
export async function noted(answer: HttpAnswer, refused: (why: string) => void): Promise<HttpAnswer> {
  if (!('ok' in answer) || answer.status < 400 || TOLD.has(answer)) return answer;
  refused(reasonIn(await answer.clone().text()) ?? `it was answered with ${answer.status}`);
  return answer;
}

function reasonIn(text: string): string | null {
  try {
    const fault = JSON.parse(text) as JsonValue;
    const error = isObject(fault) ? fault.error : null;
    return isObject(error) && typeof error.message === 'string' ? error.message : null;
  } catch {
    return null;
  }
}

/** @param onEnd called once, when the stream has ended from either side. @param onSlow as well, when it was cut off. */
export function guarded(response: Response, onEnd: () => void, onSlow: () => void): Response {
  const { body } = response;
  if (body === null || response.headers.get('content-type') !== 'text/event-stream') {
    onEnd();
    return response;
  }
  const reader = body.getReader();
  let over = false;
  const end = (): void => {
    if (!over) onEnd();
    over = true;
  };
  const pump = async (out: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    for (;;) {
      const { done, value } = await reader.read();
      if (over) return;
      if (done) {
        end();
        out.close();
        return;
      }
      out.enqueue(value);
      if ((out.desiredSize ?? 0) > 0) continue;
      end();
      onSlow();
      out.error(new Error('the client does not read what it is sent'));
      await reader.cancel();
      return;
    }
  };
  const readable = new ReadableStream<Uint8Array>(
    {
      start: (out) => {
        pump(out).catch((error: unknown) => {
          end();
          out.error(error);
        });
      },
      cancel: async (reason) => {
        end();
        await reader.cancel(reason);
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: SLOW_READER_BYTES }),
  );
  const { status, headers } = response;
  return new Response(readable, { status, headers });
}
