// What stands behind a listener: headers on every answer, then the pages, then the routes. RULE: nothing is answered before
// the request was judged, a page no more than a route.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { API_ERRORS } from '@castellan/contract';
import type { FastifyInstance } from 'fastify';
import { listenerOf } from './arrivals.ts';
import { turnedAway } from './guard.ts';
import { headersOf } from './headers.ts';
import { knockOf } from './knock.ts';
import type { Service } from './listeners.ts';
import type { Sockets } from './live/index.ts';
import { isWithoutPages } from './origins.ts';
import type { PageServer } from './static.ts';

export interface ServiceParts {
  readonly app: FastifyInstance;
  readonly pages: PageServer;
  readonly sockets: Sockets;
}

export function serviceOf({ app, pages, sockets }: ServiceParts): Service {
  /** False: this is no matter of the pages. */
  const page = (message: IncomingMessage, response: ServerResponse): boolean => {
    const asked = isWithoutPages(listenerOf(message)) ? null : pages.asks(message);
    if (asked === null) return false;
    const fault = turnedAway(knockOf(message), asked === 'page' ? 'navigation' : 'own');
    if (fault === null) pages.answer(message, response);
    else {
      const { code: error, message: text, hint } = fault;
      const body = JSON.stringify({ error, message: text, hint });
      response.writeHead(API_ERRORS[error], { 'content-type': 'application/json; charset=utf-8' }).end(body);
    }
    return true;
  };
  return {
    request(message, response) {
      for (const [name, value] of headersOf(listenerOf(message))) response.setHeader(name, value);
      if (!page(message, response)) app.routing(message, response);
    },
    upgrade: sockets.upgrade,
  };
}
