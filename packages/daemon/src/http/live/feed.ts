// Live messages to every page that is open: redacted and written once, the same bytes to all. RULE: a connection is told the
// past and joined in one step, so that nothing falls between the two. Where nobody has watched for a while nothing is written;
// whoever comes then is told how everything stands.
import type { LiveEvent } from '@castellan/contract';
import type { Clock } from '../../clock.ts';
import type { EventBus } from '../../events.ts';
import type { Exits } from '../../exits/index.ts';
import { CLOSE, type Connection } from './connection.ts';
import type { Replay } from './replay.ts';
import type { SocketHandler } from './sockets.ts';

export interface FeedOptions {
  readonly events: EventBus;
  readonly exits: Exits;
  readonly replay: Replay;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Everything that waits now. */
  readonly hello: () => LiveEvent;
}

/** A page that lost its connection is back within seconds, a phone that slept within minutes. */
const AWAY_MS = 10 * 60_000;

export function openFeed({ events, exits, replay, clock, hello }: FeedOptions): SocketHandler {
  const open = new Set<Connection>();
  let leftAt = Number.NEGATIVE_INFINITY;
  const isWatched = (): boolean => open.size > 0 || clock.monotonic() - leftAt < AWAY_MS;
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
  }, isWatched);
  return (connection, { query }) => {
    if (!isWatched()) replay.lapse();
    for (const frame of replay.since(query.epoch, query.seen) ?? [greet()]) connection.send(frame);
    open.add(connection);
    const onClose = (): void => {
      if (!open.delete(connection)) return;
      leftAt = clock.monotonic();
    };
    return { onClose };
  };
}
