// What every request on the remote listener meets before the routes do: the proxy's word, and whether this address may come.
import type { IncomingMessage } from 'node:http';
import { addressOf } from '../arrivals.ts';
import { headersOf } from '../headers.ts';
import type { Service } from '../listeners.ts';
import { refuseUpgrade } from '../live/index.ts';
import { proxyFault } from './proxied.ts';
import type { Fault } from './settings.ts';

export interface PeoplesOptions {
  readonly name: string;
  readonly behindProxy: boolean;
  readonly mayCome: (address: string) => boolean;
  readonly turnedAway: (address: string, why: string) => void;
}

const STRANGER: Fault = { text: 'nobody comes in from there', hint: 'ask the person who runs Castellan' };

export function peoplesService(
  { request, upgrade }: Service,
  { name, behindProxy, mayCome, turnedAway }: PeoplesOptions,
): Service {
  /** Without TLS of our own the address is known only once the proxy has said it. */
  const faultOf = (message: IncomingMessage): Fault | null => {
    if (!behindProxy) return null;
    const address = addressOf(message);
    if (mayCome(address)) return proxyFault(message, name);
    turnedAway(address, 'not in `remote.allow`');
    return STRANGER;
  };
  return {
    request(message, response) {
      const fault = faultOf(message);
      if (fault === null) return request(message, response);
      const headers = Object.fromEntries(headersOf({ kind: 'remote', host: name }));
      const body = JSON.stringify({ error: 'not_permitted', message: fault.text, hint: fault.hint });
      response.writeHead(403, { ...headers, 'content-type': 'application/json; charset=utf-8', connection: 'close' });
      response.end(body);
    },
    upgrade(message, socket, head) {
      const fault = faultOf(message);
      if (fault === null) upgrade(message, socket, head);
      else refuseUpgrade(message, socket, { code: 'not_permitted', message: fault.text, hint: fault.hint });
    },
  };
}
