// Terminals: the list, and the two sockets of one: of the program that holds it, and of whoever watches.
import type { Terminals } from '../../terminals/index.ts';
import type { SocketHandlers } from '../live/index.ts';
import type { Handlers } from '../server.ts';

export const terminalHandlers = (terminals: Terminals): Pick<Handlers, 'terminals'> => ({
  terminals: () => ({ terminals: [...terminals.list()] }),
});

export const terminalSockets = (
  terminals: Terminals,
): Pick<Required<SocketHandlers>, 'terminalSocket' | 'terminalHost'> => ({
  terminalHost: (connection) => terminals.host(connection),
  terminalSocket: (connection, { terminal, query }) => terminals.watch(connection, terminal, query.seen ?? null),
});
