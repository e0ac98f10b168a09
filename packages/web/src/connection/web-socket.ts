// The one WebSocket of the page, to its own origin. Messages arrive in bursts after a reconnect; each is handed on at once.
import type { Socket, SocketEvents } from './live-connection.ts';

/** `path` with its query, of this origin. */
export function openSocket(path: string, events: SocketEvents): Socket & { say(text: string): void } {
  const address = new URL(path, location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(address);
  socket.addEventListener('open', events.opened);
  socket.addEventListener('message', (event: MessageEvent<unknown>) => {
    if (typeof event.data === 'string') events.text(event.data);
  });
  socket.addEventListener('close', (event) =>
    events.closed(event.reason === '' ? 'the connection was lost' : event.reason),
  );
  return {
    close: () => socket.close(),
    say: (text) => socket.send(text),
  };
}
