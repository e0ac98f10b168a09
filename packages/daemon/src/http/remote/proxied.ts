// Requests that a proxy hands on. RULE: it is believed in what it adds of itself, and only because it alone can connect here;
// a request that did not come to it over TLS, or that names another host, goes no further.
import type { IncomingMessage } from 'node:http';
import { type AddressList, clientAddress } from '../allow-list.ts';
import type { Fault } from './settings.ts';

const one = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? '' : value);

/** Why a request of the proxy is not taken, or null. */
export function proxyFault({ headers }: Pick<IncomingMessage, 'headers'>, name: string): Fault | null {
  if (one(headers['x-forwarded-proto'])?.toLowerCase() !== 'https')
    return {
      text: 'the proxy does not say that this came over TLS',
      hint: 'let it set `X-Forwarded-Proto: https`, and let it answer nobody without TLS',
    };
  const host = one(headers['x-forwarded-host']);
  return host === undefined || host.toLowerCase() === name
    ? null
    : { text: 'the proxy was asked for another host', hint: `let it hand on requests for ${name} alone` };
}

export const proxiedAddress = ({ socket, headers }: IncomingMessage, proxies: AddressList): string =>
  clientAddress(socket.remoteAddress ?? '', headers['x-forwarded-for']?.toString(), proxies);
