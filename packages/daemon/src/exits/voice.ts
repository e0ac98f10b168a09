// What the daemon's process says on its two streams: one ready line, errors with hints. Nothing else writes to them, and what
// a crash would print goes the same way.
import type { Exits } from './exits.ts';

export interface Voice {
  /** `setupCode`: to whoever started the daemon at a terminal and reads this line; known to the exits, so put in after them. */
  ready(
    what: { readonly port: number; readonly socket: string; readonly addresses: readonly string[] },
    setupCode: string | null,
  ): void;
  /** The same for a person who reads it themselves. */
  setUp(code: string, address: string): void;
  /** One answer as one line of JSON. */
  answer(value: object): void;
  error(message: string, hints: readonly string[]): void;
}

interface Stream {
  write(text: string): unknown;
}

export function createVoice(exits: Exits, stdout: Stream, stderr: Stream): Voice {
  return {
    ready(what, setupCode) {
      const line = exits.json({ ready: true, ...what });
      const told = setupCode === null ? line : `${line.slice(0, -1)},"setupCode":${JSON.stringify(setupCode)}}`;
      stdout.write(`${told}\n`);
    },
    setUp: (code, address) =>
      void stdout.write(`castellan: set-up code ${code}: open ${exits.text(address)} or run \`castellan setup\`\n`),
    answer: (value) => void stdout.write(`${exits.json(value)}\n`),
    error: (message, hints) =>
      void stderr.write(exits.text(`castellan: error: ${message}\n${hints.map((hint) => `hint: ${hint}\n`).join('')}`)),
  };
}
