// Bytes on a socket, as no HTTP library would send them.
import { connect } from 'node:net';

export interface RawAnswer {
  readonly text: string;
  /** Status of each response on the connection, in order. */
  readonly statuses: readonly number[];
  /** Whether the other side ended the connection before we gave up. */
  readonly closed: boolean;
}

/** Sends and reads until the other side closes or nothing came for `quiet` ms. */
export function exchange(
  where: { readonly port: number; readonly host?: string } | { readonly path: string },
  bytes: string | Uint8Array,
  { quiet = 400, end = false }: { readonly quiet?: number; readonly end?: boolean } = {},
): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const socket = 'path' in where ? connect(where.path) : connect(where.port, where.host ?? '127.0.0.1');
    let text = '';
    const finish = (closed: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      const statuses = [...text.matchAll(/^HTTP\/1\.[01] (\d{3})/gm)].map((match) => Number(match[1]));
      resolve({ text, statuses, closed });
    };
    let timer = setTimeout(() => finish(false), quiet);
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      text += chunk;
      clearTimeout(timer);
      timer = setTimeout(() => finish(false), quiet);
    });
    socket.once('error', () => finish(true));
    socket.once('close', () => finish(true));
    socket.once('connect', () => {
      if (end) socket.end(bytes);
      else socket.write(bytes);
    });
  });
}

export const lines = (...parts: readonly string[]): string => `${parts.join('\r\n')}\r\n\r\n`;
