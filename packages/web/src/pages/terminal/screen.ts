// A watched terminal as a value: each message of the daemon makes the next state and says what is to be drawn. Pure.
// INVARIANT: output that was drawn already is never drawn again, also after a reconnect.
import { parserOf, type Terminal, type WatcherAnswer, watcherAnswerSchema } from '@castellan/contract';

export type Screen =
  | { readonly kind: 'opening' }
  | {
      readonly kind: 'open';
      readonly terminal: Terminal;
      readonly mayType: boolean;
      /** Why not, in the daemon's words; empty where one may, or where it does not say. */
      readonly why: string;
      /** Of the last character drawn. */
      readonly seq: number;
    }
  | {
      readonly kind: 'ended';
      readonly terminal: Terminal | null;
      readonly exitCode: number | null;
      readonly seq: number;
    }
  | { readonly kind: 'refused'; readonly why: string };

/** What the drawing surface does next. */
export type Draw =
  | { readonly kind: 'clear' }
  | { readonly kind: 'write'; readonly text: string }
  | { readonly kind: 'size'; readonly columns: number; readonly rows: number };

export interface Step {
  readonly screen: Screen;
  readonly draw: readonly Draw[];
}

const seqOf = (screen: Screen): number => (screen.kind === 'open' || screen.kind === 'ended' ? screen.seq : 0);

/** Of `text`, which ends at `seq`, what comes after `seen`. */
const unseen = (text: string, seq: number, seen: number): string => {
  const fresh = seq - seen;
  return fresh <= 0 ? '' : text.slice(-Math.min(fresh, text.length));
};

const write = (text: string): readonly Draw[] => (text === '' ? [] : [{ kind: 'write', text }]);

/** `drawn`: the terminal and place that stand on the surface, from before a reconnect. */
export function nextScreen(screen: Screen, message: WatcherAnswer, drawn: { id: string; seq: number } | null): Step {
  switch (message.kind) {
    case 'screen': {
      const { terminal, text, seq, mayType, why = '' } = message;
      const size: Draw = { kind: 'size', columns: terminal.columns, rows: terminal.rows };
      const open: Screen = { kind: 'open', terminal, mayType, why: mayType ? '' : why, seq };
      // What was missed still stands whole in the scroll-back: go on. Else begin anew.
      const goesOn = drawn !== null && drawn.id === terminal.id && seq >= drawn.seq && seq - drawn.seq <= text.length;
      if (goesOn) return { screen: open, draw: [size, ...write(unseen(text, seq, drawn.seq))] };
      return { screen: open, draw: [{ kind: 'clear' }, size, ...write(text)] };
    }
    case 'output': {
      if (screen.kind !== 'open' || message.seq <= screen.seq) return { screen, draw: [] };
      return {
        screen: { ...screen, seq: message.seq },
        draw: write(unseen(message.text, message.seq, screen.seq)),
      };
    }
    case 'size': {
      if (screen.kind !== 'open') return { screen, draw: [] };
      const { columns, rows } = message;
      return {
        screen: { ...screen, terminal: { ...screen.terminal, columns, rows } },
        draw: [{ kind: 'size', columns, rows }],
      };
    }
    case 'watchers':
      return screen.kind === 'open'
        ? { screen: { ...screen, terminal: { ...screen.terminal, watchers: message.watchers } }, draw: [] }
        : { screen, draw: [] };
    case 'ended': {
      const terminal = screen.kind === 'open' ? screen.terminal : null;
      return { screen: { kind: 'ended', terminal, exitCode: message.exitCode, seq: seqOf(screen) }, draw: [] };
    }
    case 'refused':
      return { screen: { kind: 'refused', why: message.why }, draw: [] };
  }
}

const parse = parserOf(watcherAnswerSchema);

/** A message as it came; null for what this version does not know. */
export function watcherMessage(text: string): WatcherAnswer | null {
  try {
    const message = parse(JSON.parse(text));
    return message.ok ? message.value : null;
  } catch {
    return null;
  }
}

/** Others that look at the same terminal, in words; `me` is left out once. */
export function othersWatching(watchers: readonly string[], me: string): string {
  const index = watchers.indexOf(me);
  const others = index === -1 ? watchers : watchers.toSpliced(index, 1);
  if (others.length === 0) return 'only you watch this';
  return `${others.join(', ')} ${others.length === 1 ? 'watches' : 'watch'} this too`;
}

/** Longer than this is sent in pieces: the contract allows no more in one message. */
const MOST = 16_384;
export function inputPieces(text: string): readonly string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; ) {
    // Never between the halves of one character.
    const end =
      at + MOST < text.length && /[\uD800-\uDBFF]/.test(text.charAt(at + MOST - 1)) ? at + MOST - 1 : at + MOST;
    pieces.push(text.slice(at, end));
    at = end;
  }
  return pieces;
}

/** Open ones first, then what ended last. */
export const terminalsInOrder = (terminals: readonly Terminal[]): readonly Terminal[] =>
  terminals.toSorted(
    (a, b) =>
      Number(a.endedAt !== null) - Number(b.endedAt !== null) ||
      (b.endedAt ?? b.startedAt) - (a.endedAt ?? a.startedAt),
  );
