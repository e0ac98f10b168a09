// What the daemon's process says on its two streams: one ready line, errors with hints. Nothing else writes to them, and what
// a crash would print goes the same way.
import type { Exits } from './exits.ts';

export interface Voice {
  ready(what: { readonly port: number; readonly socket: string; readonly addresses: readonly string[] }): void;
  error(message: string, hints: readonly string[]): void;
}

interface Stream {
  write(text: string): unknown;
}

export function createVoice(exits: Exits, stdout: Stream, stderr: Stream): Voice {
  return {
    ready: (what) => void stdout.write(`${exits.json({ ready: true, ...what })}\n`),
    error: (message, hints) =>
      void stderr.write(exits.text(`castellan: error: ${message}\n${hints.map((hint) => `hint: ${hint}\n`).join('')}`)),
  };
}
