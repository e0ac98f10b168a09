// The far end of a tunnel for bench/egress.ts, a process of its own: `send N` gives N bytes, `take` counts what comes and says how much it
// was at the end, anything else comes back as it is. With a socket as its argument it is a plain CONNECT proxy there: the peer.
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';

const CHUNK = Buffer.alloc(262_144, 'x');

function send(socket: Socket, bytes: number): void {
  let left = bytes;
  const more = (): void => {
    while (left > 0) {
      const part = left >= CHUNK.length ? CHUNK : CHUNK.subarray(0, left);
      left -= part.length;
      if (!socket.write(part)) return;
    }
    socket.removeListener('drain', more);
    socket.end();
  };
  socket.on('drain', more);
  more();
}

function take(socket: Socket, first: number): void {
  let taken = first;
  socket.on('data', (chunk) => {
    taken += chunk.length;
  });
  socket.once('end', () => socket.end(`${taken}\n`));
}

const [proxyAt] = process.argv.slice(2);
if (proxyAt === undefined) {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', (first) => {
      const [, what, count] = /^(send|take) ?(\d*)\n/.exec(first.toString('latin1', 0, 40)) ?? [];
      if (what === 'send') send(socket, Number(count));
      else if (what === 'take') take(socket, first.length - 'take\n'.length);
      else {
        socket.write(first);
        socket.pipe(socket);
      }
    });
  });
  server.listen({ port: 0, host: '127.0.0.1', backlog: 2048 }, () => {
    const address = server.address();
    console.log(typeof address === 'object' && address !== null ? address.port : 0);
  });
} else {
  const server = createHttpServer();
  server.on('connect', (request, client, head) => {
    const [host = '', port] = (request.url ?? '').split(':');
    const upstream = connect({ host, port: Number(port), noDelay: true }, () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.write(head);
      upstream.pipe(client);
      client.pipe(upstream);
    });
    for (const socket of [client, upstream]) socket.on('error', () => socket.destroy());
  });
  server.listen({ path: proxyAt, backlog: 2048 }, () => console.log(0));
}
process.stdin.once('end', () => process.exit()).resume();
