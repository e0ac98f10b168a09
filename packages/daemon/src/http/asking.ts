// Where somebody asks from, as a handler may believe it: the socket's own word, and what the client says it is, shortened.
import type { Asking, From } from '../identity/index.ts';
import type { Context } from './answer.ts';
import { addressOf, listenerOf } from './arrivals.ts';
import { ownOrigin } from './origins.ts';

/** What a client says of itself is text of its own: shown and kept, never believed. */
const clientOf = (agent: string | undefined): string => (agent ?? '').replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 200);

export function fromOf({ request, headers }: Pick<Context<unknown, unknown>, 'request' | 'headers'>): From {
  return { address: addressOf(request.raw), client: clientOf(headers['user-agent']) };
}

/** Whether cookies go over TLS. */
export const isSecure = ({ request }: Pick<Context<unknown, unknown>, 'request'>): boolean =>
  listenerOf(request.raw).kind === 'remote';

export function askingOf(
  context: Pick<Context<unknown, unknown>, 'request' | 'headers'>,
  carrier: Asking['carrier'],
): Asking {
  const origin = ownOrigin({ listener: listenerOf(context.request.raw), headers: context.headers });
  return { from: fromOf(context), carrier, origin };
}
