// Tickets, and what the routes of WebSockets say to a request that does not ask for one.
import { permits } from '@castellan/contract';
import { Refused } from '../answer.ts';
import { listenerOf } from '../arrivals.ts';
import { sideOf, type Tickets } from '../live/index.ts';
import type { Handlers } from '../server.ts';

type LiveHandlers = Pick<Handlers, 'ticket' | 'socket' | 'terminalSocket' | 'terminalHost'>;

function notUpgraded(): never {
  throw new Refused('bad_request', 'this route is a WebSocket', { hint: 'send `Upgrade: websocket`' });
}

export function liveHandlers(tickets: Tickets): LiveHandlers {
  return {
    ticket({ actor, body, request }) {
      if (body.for === 'terminal' && !permits(actor, 'terminals:watch'))
        throw new Refused('not_permitted', 'you may not do that (`terminals:watch`)', {
          hint: 'ask the person who runs Castellan',
        });
      const issued = tickets.issue(actor, body, sideOf(listenerOf(request.raw)));
      if (issued === null)
        throw new Refused('rate_limited', 'too many tickets wait to be used', { hint: 'try again soon' });
      return issued;
    },
    socket: notUpgraded,
    terminalSocket: notUpgraded,
    terminalHost: notUpgraded,
  };
}
