// How bytes reach the daemon, as an interface: a Unix socket here, `fetch` in a browser later. It returns, never throws.

export interface TransportRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path with its query, already escaped. */
  readonly path: string;
  /** JSON text. */
  readonly body?: string;
  readonly accept: 'application/json' | 'text/event-stream';
  readonly signal?: AbortSignal;
}

export type TransportReply =
  | { readonly kind: 'reply'; readonly status: number; readonly body: AsyncIterable<Uint8Array> }
  | { readonly kind: 'failed'; readonly message: string };

export interface Transport {
  send(request: TransportRequest): Promise<TransportReply>;
  /** Lets go of idle connections. */
  close(): void;
}

/** Larger than any answer of ours: a reply that never ends must not fill memory. */
const MAX_REPLY_BYTES = 64 * 1024 * 1024;

export type ReadText = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string };

/** The whole body as text; a connection that breaks half-way is a failure, never a short answer. */
export async function readText(body: AsyncIterable<Uint8Array>): Promise<ReadText> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  let size = 0;
  try {
    for await (const chunk of body) {
      size += chunk.byteLength;
      if (size > MAX_REPLY_BYTES) return { ok: false, message: 'the answer is larger than 64 MB' };
      text += decoder.decode(chunk, { stream: true });
    }
    return { ok: true, text: text + decoder.decode() };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}
