// The streams on which a modern client hears of changes. INVARIANT: each resource it wants to watch is decided like a
// subscription of an older client; what is refused is left out of what the stream promises.
import type { JsonObject, JsonValue } from '@castellan/contract';
import { MAX_SUBSCRIPTIONS } from './limits.ts';
import { isObject } from './object.ts';
import type { Line } from './run.ts';
import type { Seat } from './seat.ts';

export interface Listening {
  /** The message as it goes on. */
  readonly message: JsonObject;
  readonly release: () => void;
}

export const isListen = (message: JsonObject): boolean => message.method === 'subscriptions/listen';

/** Decides about what a `subscriptions/listen` wants to watch. */
export async function narrowed(seat: Seat, message: JsonObject, signal: AbortSignal): Promise<Listening> {
  const params = isObject(message.params) ? message.params : {};
  const filter = isObject(params.notifications) ? params.notifications : {};
  const wanted = filter.resourceSubscriptions;
  if (!Array.isArray(wanted)) return { message, release: () => {} };
  const watched: string[] = [];
  const texts = (wanted as readonly JsonValue[]).filter((uri) => typeof uri === 'string');
  for (const uri of new Set(texts.slice(0, MAX_SUBSCRIPTIONS))) {
    try {
      await seat.subscriptions.add(lineOf(params, signal), uri);
      watched.push(uri);
    } catch {
      // It was refused or is not there, and recorded where it was: the stream is opened without it.
    }
  }
  const release = (): void => {
    for (const uri of watched.splice(0)) seat.subscriptions.remove(uri);
  };
  if (signal.aborted) release();
  const notifications = { ...filter, resourceSubscriptions: [...watched] };
  return { message: { ...message, params: { ...params, notifications } }, release };
}

function lineOf(params: JsonObject, signal: AbortSignal): Line {
  const meta = isObject(params._meta) ? params._meta : {};
  const declared = meta['io.modelcontextprotocol/clientCapabilities'];
  return {
    era: 'modern',
    revision: '2026-07-28',
    capabilities: isObject(declared) ? declared : {},
    signal,
    progressToken: undefined,
    logLevel: undefined,
    state: undefined,
    responses: undefined,
    notify: () => {},
    ask: () => Promise.reject(new Error('the client cannot be asked while a stream is opened')),
  };
}
