// Live messages to every page that is open: redacted and written once, the same bytes to all. RULE: a connection is told the
// past and joined in one step, so that nothing falls between the two.
import type { LiveEvent } from '@castellan/contract';
import type { EventBus } from '../../events.ts';
import type { Exits } from '../../exits/index.ts';
import { CLOSE, type Connection } from './connection.ts';
import type { Replay } from './replay.ts';
import type { SocketHandler } from './sockets.ts';

export interface FeedOptions {
  readonly events: EventBus;
  readonly exits: Exits;
  readonly replay: Replay;
  /** Everything that waits now. */
  readonly hello: () => LiveEvent;
}

export function openFeed({ events, exits, replay, hello }: FeedOptions): SocketHandler {
  const open = new Set<Connection>();
  /** True for the number it stands at: whatever changes is told, and telling it makes another number. */
  let greeting: { readonly seq: number; readonly frame: Buffer } | null = null;
  const greet = (): Buffer => {
    if (greeting?.seq !== replay.seq) greeting = { seq: replay.seq, frame: replay.frame(exits.json(hello())) };
    return greeting.frame;
  };
  events.subscribe((event) => {
    const frame = replay.add(exits.json(event));
    for (const connection of open) {
      connection.send(frame);
      if (event.kind === 'bye') connection.close(CLOSE.away, 'the daemon is stopping');
    }
  });
  return (connection, { query }) => {
    for (const frame of replay.since(query.epoch, query.seen) ?? [greet()]) connection.send(frame);
    open.add(connection);
    return { onClose: () => open.delete(connection) };
  };
}
