// The door of the live routes: tickets, the seam of WebSockets, numbered messages.
export { tellChanges } from './changes.ts';
export type { Connection, ConnectionEvents } from './connection.ts';
export { openFeed } from './feed.ts';
export { Replay } from './replay.ts';
export {
  openSockets,
  type Presence,
  refuseUpgrade,
  type SocketHandler,
  type SocketHandlers,
  type Sockets,
  sideOf,
} from './sockets.ts';
export { Tickets } from './tickets.ts';
