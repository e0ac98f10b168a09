// The door of the live routes: tickets, the seam of WebSockets, numbered messages.
export { tellChanges } from './changes.ts';
export { openFeed } from './feed.ts';
export { Replay } from './replay.ts';
export {
  openSockets,
  refuseUpgrade,
  type SocketHandlers,
  type Sockets,
  sideOf,
} from './sockets.ts';
export { actorKey, Tickets } from './tickets.ts';
