// How the page reaches its daemon: same origin only, the cookie by itself, the other half as a header.
import type { Transport, TransportReply } from '@castellan/client';
import { daemonSaid } from '../clock.ts';
import type { CsrfStore } from './csrf.ts';

async function* bytesOf(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.releaseLock();
  }
}

export function fetchTransport(csrf: Pick<CsrfStore, 'get'>): Transport {
  return {
    async send({ method, path, body, accept, signal }): Promise<TransportReply> {
      const half = csrf.get();
      try {
        const response = await fetch(path, {
          method,
          headers: {
            accept,
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            ...(half === null ? {} : { 'x-castellan-csrf': half }),
          },
          ...(body === undefined ? {} : { body }),
          ...(signal === undefined ? {} : { signal }),
          credentials: 'same-origin',
          mode: 'same-origin',
          cache: 'no-store',
          redirect: 'error',
          referrerPolicy: 'no-referrer',
        });
        daemonSaid(response.headers.get('date'));
        return { kind: 'reply', status: response.status, body: bytesOf(response.body) };
      } catch (error) {
        return { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
      }
    },
    close: () => undefined,
  };
}
