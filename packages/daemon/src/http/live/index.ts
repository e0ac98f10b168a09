// The door of the live routes: tickets, the seam of WebSockets, numbered messages.
export { CLOSE, type Connection, type ConnectionEvents } from './connection.ts';
export {
  openSockets,
  type Presence,
  type SocketHandler,
  type SocketHandlers,
  type SocketRoute,
  type Sockets,
  type Visit,
} from './sockets.ts';
export { type Purpose, Tickets } from './tickets.ts';
