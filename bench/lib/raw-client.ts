// The smallest HTTP client that keeps a connection: what is measured must be the daemon, not the one who asks.
import { connect, type Socket } from 'node:net';

export interface RawClient extends Disposable {
  post(path: string, body: string): Promise<string>;
}

export function rawClient(socketPath: string, token: string): RawClient {
  const socket: Socket = connect(socketPath);
  let buffer = Buffer.alloc(0);
  let waiting: ((body: string) => void) | null = null;
  socket.on('data', (chunk) => {
    buffer = buffer.length === 0 ? chunk : Buffer.concat([buffer, chunk]);
    const end = buffer.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = buffer.toString('latin1', 0, end);
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? '0');
    if (buffer.length < end + 4 + length) return;
    if (!head.startsWith('HTTP/1.1 200'))
      throw new Error(`${head.split('\r\n')[0]} ${buffer.toString('utf8', end + 4)}`);
    const body = buffer.toString('utf8', end + 4, end + 4 + length);
    buffer = buffer.subarray(end + 4 + length);
    waiting?.(body);
  });
  return {
    post: (path, body) =>
      new Promise((resolve) => {
        waiting = resolve;
        socket.write(
          `POST ${path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
        );
      }),
    [Symbol.dispose]: () => socket.destroy(),
  };
}
