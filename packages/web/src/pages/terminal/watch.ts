// Keeps one terminal on the screen: a ticket, a socket, messages in their order; again after each loss, from where it was.
import { ROUTES, type TerminalId } from '@castellan/contract';
import { openSocket } from '../../connection/web-socket.ts';
import { inputPieces, nextScreen, type Screen, watcherMessage } from './screen.ts';
import type { Surface } from './surface.ts';

export type Line = 'connecting' | 'connected' | 'lost';

export interface Watching {
  readonly say: (text: string) => void;
  readonly stop: () => void;
}

export interface WatchHost {
  readonly terminal: TerminalId;
  /** A single-use key; null: there is none now. */
  readonly ticket: () => Promise<string | null>;
  readonly surface: Surface;
  readonly onScreen: (screen: Screen) => void;
  readonly onLine: (line: Line) => void;
}

const DELAYS = [0, 500, 1000, 2000, 4000, 8000];

const pathOf = (terminal: TerminalId, ticket: string, seen: number | null): string => {
  const query = new URLSearchParams({ token: ticket, ...(seen === null ? {} : { seen: String(seen) }) });
  return `${ROUTES.terminalSocket.path.replace(':id', encodeURIComponent(terminal))}?${query}`;
};

export function watchTerminal({ terminal, ticket, surface, onScreen, onLine }: WatchHost): Watching {
  let screen: Screen = { kind: 'opening' };
  let drawn: { readonly id: string; readonly seq: number } | null = null;
  let socket: ReturnType<typeof openSocket> | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let attempt = 0;
  let stopped = false;

  const heard = (text: string): void => {
    const message = watcherMessage(text);
    if (message === null) return;
    const step = nextScreen(screen, message, drawn);
    screen = step.screen;
    surface.draw(step.draw);
    if (screen.kind === 'open') drawn = { id: screen.terminal.id, seq: screen.seq };
    surface.setMayType(screen.kind === 'open' && screen.mayType);
    if (message.kind === 'screen') {
      attempt = 0;
      onLine('connected');
    }
    // Each piece of output makes another state of which only the number is new: nobody need draw that.
    if (message.kind !== 'output') onScreen(screen);
  };
  const over = (): boolean => stopped || screen.kind === 'ended' || screen.kind === 'refused';
  const lost = (): void => {
    socket = null;
    if (over()) return;
    surface.setMayType(false);
    onLine(attempt === 0 ? 'connecting' : 'lost');
    timer = setTimeout(() => void connect(), DELAYS[Math.min(attempt, DELAYS.length - 1)] ?? 8000);
    attempt += 1;
  };
  const connect = async (): Promise<void> => {
    const key = await ticket();
    if (over()) return;
    if (key === null) return lost();
    socket = openSocket(pathOf(terminal, key, drawn?.seq ?? null), {
      opened: () => undefined,
      text: heard,
      closed: lost,
    });
  };
  void connect();
  return {
    say: (text) => {
      if (socket === null || screen.kind !== 'open' || !screen.mayType) return;
      for (const piece of inputPieces(text)) socket.say(JSON.stringify({ kind: 'input', text: piece }));
    },
    stop: () => {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      socket?.close();
    },
  };
}
