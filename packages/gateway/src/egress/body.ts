// Reads the body of an answer, unpacked. INVARIANT: no more than the bound is ever held, of what came and of what it grew to.
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip } from 'node:zlib';
import { WebFault } from './fault.ts';

export interface Reading {
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** Told of the bytes that came over the network. */
  readonly received: (bytes: number) => void;
}

export async function bodyOf(answer: IncomingMessage, { maxBytes, signal, received }: Reading): Promise<Buffer> {
  const tooLong = (): WebFault => new WebFault(`the answer is longer than ${maxBytes} bytes`);
  let packed = 0;
  answer.on('data', (chunk: Buffer) => {
    packed += chunk.length;
    received(chunk.length);
    if (packed > maxBytes) answer.destroy(tooLong());
  });
  const stream = unpacked(answer);
  const end = (): void => {
    answer.destroy();
    stream.destroy(signal.reason instanceof Error ? signal.reason : new WebFault('it was cancelled'));
  };
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) throw tooLong();
      chunks.push(chunk);
    }
    // Half an answer is none.
    if (!answer.complete) throw new WebFault('the answer broke off');
    return Buffer.concat(chunks);
  } finally {
    signal.removeEventListener('abort', end);
    answer.destroy();
    stream.destroy();
  }
}

function unpacked(answer: IncomingMessage): Readable {
  const encoding = (answer.headers['content-encoding'] ?? 'identity').toLowerCase();
  const by = (unpack: NodeJS.ReadWriteStream & Readable): Readable => {
    answer.once('error', (error) => unpack.destroy(error));
    answer.once('aborted', () => unpack.destroy(new WebFault('the answer broke off')));
    answer.pipe(unpack);
    return unpack;
  };
  switch (encoding) {
    case 'identity':
    case '':
      return answer;
    case 'gzip':
    case 'x-gzip':
      return by(createGunzip());
    case 'br':
      return by(createBrotliDecompress());
    default:
      answer.destroy();
      throw new WebFault('the answer is packed in a way that was not asked for');
  }
}
