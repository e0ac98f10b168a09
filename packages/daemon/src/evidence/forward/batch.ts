// What is sent at once, and what is done where a collector will not have it: halves, until the one is found that it refuses. RULE: a
// record is set aside only where the collector takes a harmless one at that moment: a collector that takes nothing has failed, and
// then nothing is set aside.
import type { Deliver } from './deliver.ts';
import type { Delivered } from './delivered.ts';

export interface Entry {
  readonly index: number;
  readonly items: readonly string[];
}

export interface Sender {
  readonly deliver: Deliver;
  /** Of many entries, one message. */
  readonly message: (items: readonly string[]) => string;
  /** What any collector takes. */
  readonly harmless: readonly string[];
  /** All up to this one were taken. */
  readonly taken: (entries: readonly Entry[]) => Promise<void>;
  readonly setAside: (entry: Entry, why: string) => Promise<void>;
}

export type Failure = Extract<Delivered, { kind: 'failed' }>;

const STOPPED: Failure = { kind: 'failed', text: 'stopped', afterMs: 0 };

/** In order; null: every entry was taken or set aside. */
export async function sendAll(
  sender: Sender,
  entries: readonly Entry[],
  isStopped: () => boolean,
): Promise<Failure | null> {
  if (isStopped()) return STOPPED;
  const { deliver, message, harmless, taken, setAside } = sender;
  const answer = await deliver(message(entries.flatMap(({ items }) => items)));
  switch (answer.kind) {
    case 'sent':
      await taken(entries);
      return null;
    case 'failed':
      return answer;
    case 'refused': {
      const [only] = entries;
      if (only === undefined) return null;
      if (entries.length > 1) {
        const half = Math.ceil(entries.length / 2);
        const first = await sendAll(sender, entries.slice(0, half), isStopped);
        return first ?? sendAll(sender, entries.slice(half), isStopped);
      }
      const probe = await deliver(message(harmless));
      if (probe.kind !== 'sent')
        return { kind: 'failed', text: `it takes no record at all: ${probe.text}`, afterMs: 0 };
      await setAside(only, answer.text);
      return null;
    }
  }
}
