// Carries bytes between who asked and what was reached, both ways. INVARIANT: nothing of a client reaches port 443, or goes on after
// a greeting of TLS anywhere, before the greeting was read to its end and names the host that was decided.
import { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { placeOf } from './destination.ts';
import { MAX_HELLO_BYTES, readHello, WRONG_NAME } from './hello.ts';
import type { Intake } from './intake.ts';
import type { Destination, Ended } from './types.ts';
import { readAnew } from './young.ts';

export type CarryEnd = Pick<Ended, 'outcome' | 'sentBytes' | 'receivedBytes' | 'text'>;

export interface Carrying {
  readonly client: Duplex;
  readonly upstream: Socket;
  readonly intake: Intake;
  /** What the client said before anybody was there to hear it. */
  readonly early: readonly Buffer[];
  readonly to: Destination;
  readonly maxBytes: number;
  readonly after: (ms: number, action: () => void) => () => void;
  readonly ended: (end: CarryEnd) => void;
}

export interface Carried {
  /** Bytes of both ways so far. */
  moved(): number;
  cut(why: string): void;
}

const GREETS_WITHIN_MS = 20_000;
const TLS_PORT = 443;
const NOTHING = Buffer.alloc(0);

export function carry({ client, upstream, intake, early, to, maxBytes, after, ended }: Carrying): Carried {
  let sent = 0;
  let received = 0;
  let isOver = false;
  /** Null: what came was looked at. */
  let greeting: Buffer | null = NOTHING;
  let stopWaiting: (() => void) | null = null;

  const finish = (outcome: CarryEnd['outcome'], text?: string): void => {
    if (isOver) return;
    isOver = true;
    stopWaiting?.();
    client.destroy();
    upstream.destroy();
    ended({ outcome, sentBytes: sent, receivedBytes: received, ...(text !== undefined && { text }) });
  };
  const awaitGreeting = (): void => {
    stopWaiting ??= after(GREETS_WITHIN_MS, () => finish('cut', 'it began TLS and did not go on'));
  };
  const refuse = (why: string): void => {
    if (!isOver && greeting !== null && greeting[0] === 0x16) client.write(WRONG_NAME);
    finish('refused', why);
  };
  const tooMuch = (): boolean => {
    if (sent + received <= maxBytes) return false;
    finish('cut', `more than ${Math.round(maxBytes / 1_048_576)} MB went over it (\`network.megabytes\`)`);
    return true;
  };
  const pass = (chunk: Buffer): void => {
    sent += chunk.length;
    readAnew(chunk.length);
    if (!tooMuch() && !upstream.write(chunk)) client.pause();
  };
  /** Why it may not go on; null: it may. */
  const greetingFault = (name: string | null): string | null => {
    const place = placeOf(to);
    if (name === to.host || (name === null && to.isAddress)) return null;
    return name === null
      ? `TLS to ${place} does not say which server it is for`
      : `TLS asks for \`${name}\`, and ${place} was asked for here`;
  };
  const look = (all: Buffer): void => {
    greeting = all;
    const hello = readHello(all);
    switch (hello.kind) {
      case 'more':
        return void (all.length > MAX_HELLO_BYTES ? refuse('its greeting cannot be read') : awaitGreeting());
      case 'unreadable':
        return void refuse('it began TLS in a way that cannot be read');
      case 'plain':
        if (to.port === TLS_PORT) return void refuse('port 443 is for TLS, and this is none');
        break;
      case 'tls': {
        const fault = greetingFault(hello.name);
        if (fault !== null) return void refuse(fault);
      }
    }
    greeting = null;
    stopWaiting?.();
    stopWaiting = null;
    pass(all);
  };
  const fromClient = (chunk: Buffer): void => {
    if (greeting === null) pass(chunk);
    else look(greeting.length === 0 ? chunk : Buffer.concat([greeting, chunk]));
  };

  client.on('data', (chunk: Buffer) => {
    if (!isOver) fromClient(chunk);
  });
  const fromUpstream = (chunk: Buffer): boolean => {
    if (isOver) return false;
    received += chunk.length;
    if (tooMuch()) return false;
    let isWritten = false;
    let isWaiting = false;
    client.write(chunk, () => {
      isWritten = true;
      if (isWaiting) intake.more(upstream);
    });
    // What the system took at once is done with; else nothing is read over it before it is gone.
    isWaiting = !isWritten && client.writableLength > 0;
    return !isWaiting;
  };
  upstream.on('drain', () => client.resume());
  client.once('end', () => {
    if (greeting !== null && greeting.length > 0) refuse('it began TLS and broke off');
    else upstream.end();
  });
  upstream.once('end', () => client.end());
  // What was taken from one side reaches the other before it is over.
  let text: string | undefined;
  const flush = (other: Duplex): void => {
    if (other.writable) other.end(() => finish('closed', text));
    else if (other.writableEnded && !other.writableFinished && !other.destroyed)
      other.once('finish', () => finish('closed', text));
    else finish('closed', text);
  };
  client.on('error', () => {
    text ??= 'its client broke off';
  });
  upstream.on('error', () => {
    text ??= 'the other side broke off';
  });
  client.once('close', () => flush(upstream));
  upstream.once('close', () => flush(client));
  if (to.port === TLS_PORT) awaitGreeting();
  for (const chunk of early) if (!isOver) fromClient(chunk);
  if (!isOver) {
    client.resume();
    intake.begin(upstream, fromUpstream);
  }
  return {
    moved: () => sent + received,
    cut: (why) => finish('cut', why),
  };
}
