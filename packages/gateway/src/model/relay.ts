// The answer on its way back, past the redactor, at the pace of whoever reads it: a stream event by event, anything else as
// a whole. INVARIANT: no byte of an answer reaches the agent but through the redactor, headers included; and when it does
// tells nothing of a secret.
import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import type { ModelApi } from '@castellan/contract';
import { codeOf, connectionFailure } from './connect.ts';
import { createEvents } from './events.ts';
import { type Failure, failure, failureBody, failureEvent, failureHeaders, failureLine } from './failure.ts';
import { answerHeaders, type Headers } from './headers.ts';
import type { Target } from './upstream.ts';
import { answerUsage, streamUsage, type UsageReader } from './usage.ts';

/** The same bytes without the secrets in them. */
export type AnswerRedactor = (bytes: Uint8Array) => Uint8Array;

/** Longest event of a stream: one may hold a picture. Longest answer that is no stream: one may hold many embeddings. */
const MAX_EVENT_BYTES = 4 * 1024 * 1024;
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

export interface RelayClock {
  /** Milliseconds of a clock nobody can set. */
  monotonic(): number;
  after(ms: number, action: () => void): () => void;
}

export interface Relayed {
  /** Of the upstream; 0 where it gave none. */
  readonly status: number;
  /** Why it did not end well. */
  readonly failure: Failure | null;
  readonly usage: UsageReader | null;
}

export interface Relay {
  readonly target: Target;
  readonly api: ModelApi;
  /** Begins the request; again, where a kept connection turns out to be gone. */
  readonly open: () => ClientRequest;
  readonly body: Uint8Array | null;
  readonly out: ServerResponse;
  readonly clock: RelayClock;
  readonly redact: AnswerRedactor;
  /** Asked before each piece goes on. */
  readonly stopped: () => boolean;
  /** Added to the answer's headers. */
  readonly say: Headers;
}

const through = (redact: AnswerRedactor, text: string): Uint8Array => redact(Buffer.from(text, 'utf8'));
const textThrough = (redact: AnswerRedactor, text: string): string =>
  Buffer.from(through(redact, text)).toString('utf8');

export function answerFailure(out: ServerResponse, api: ModelApi, failed: Failure, redact: AnswerRedactor): void {
  if (out.headersSent || out.destroyed) return;
  const body = through(redact, failureBody(api, failed));
  out.writeHead(failed.status, { ...failureHeaders(failed), 'content-length': body.length });
  out.end(body);
}

const STALE: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE']);

const isStream = (answer: IncomingMessage): boolean =>
  /^text\/event-stream\b/i.test(answer.headers['content-type'] ?? '');

/** Why an answer is not passed on at all. */
function unfit({ name, host, secret }: Target, answer: IncomingMessage, redact: AnswerRedactor): Failure | null {
  const status = answer.statusCode ?? 0;
  if (status >= 300 && status < 400) {
    // The host only: a path or query may hold what it wants to be told. A host is read in lower case, and a secret in it is
    // not recognised any more.
    const to = answer.headers.location ?? '';
    const said = URL.canParse(to, `https://${host}`) ? new URL(to, `https://${host}`).host : 'nowhere';
    const [, named = ''] = /^[a-z][a-z0-9+.-]*:[/\\]*([^/\\?#]*)/i.exec(to) ?? [];
    const where = textThrough(redact, named) === named && textThrough(redact, said) === said ? said : 'another host';
    return failure(
      502,
      `\`${name}\` (${host}) wants the request to go to ${where}; it was not sent there`,
      `if that is right, write that host in \`models.upstreams.${name}.url\``,
    );
  }
  const encoding = answer.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity')
    return failure(
      502,
      `\`${name}\` answered compressed though it was asked not to`,
      'compressed text cannot be redacted',
    );
  if (status === 401) {
    const what = secret === null ? 'wants a key and has none' : `did not accept the key \`${secret}\``;
    return failure(
      502,
      `\`${name}\` (${host}) ${what}`,
      secret === null
        ? `name one in \`models.upstreams.${name}.secret\``
        : `\`castellan secrets rotate ${secret}\` gives it another one`,
    );
  }
  if (status < 200 || status > 599) return failure(502, `\`${name}\` (${host}) answered with status ${status}`);
  return null;
}

/** All at once, for they are nearly always clean; one by one where something was found. A name that holds one is left out. */
function clean(headers: Headers, redact: AnswerRedactor): Headers {
  const all = Object.entries(headers).flat().join('\n');
  if (textThrough(redact, all) === all) return headers;
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      textThrough(redact, name) === name ? [[name, textThrough(redact, value)]] : [],
    ),
  );
}

/** Sends the request and passes its answer on. Resolves when both sides are done with; never rejects. */
export function relay({ target, api, open, body, out, clock, redact, stopped, say }: Relay): Promise<Relayed> {
  const { promise, resolve } = Promise.withResolvers<Relayed>();
  const { name, host, stallMs } = target;
  let status = 0;
  let usage: UsageReader | null = null;
  let answer: IncomingMessage | null = null;
  let request = open();
  let moved = clock.monotonic();
  let stopWatching = (): void => {};
  let stopWaiting = (): void => {};

  let over = false;
  const done = (failed: Failure | null): void => {
    over = true;
    stopWatching();
    stopWaiting();
    out.off('close', left);
    resolve({ status, failure: failed, usage });
  };
  /** Ends both sides; the agent is told in whatever way is left. */
  const fail = (failed: Failure): void => {
    if (over) return;
    request.destroy();
    if (!out.headersSent) answerFailure(out, api, failed, redact);
    else if (answer !== null && isStream(answer) && !out.destroyed) out.end(through(redact, failureEvent(api, failed)));
    else out.destroy();
    done(failed);
  };
  const left = (): void => {
    request.destroy();
    done(failure(499, 'the agent went away'));
  };
  /** Looks again when the time could be up; a piece that comes costs one look at the clock. */
  const watch = (ms: number): void => {
    stopWatching = clock.after(ms, () => {
      const idle = clock.monotonic() - moved;
      if (idle < stallMs) return watch(Math.max(1, stallMs - idle));
      if (out.writableNeedDrain) {
        request.destroy();
        out.destroy();
        return done(failure(499, 'the agent stopped reading'));
      }
      fail(
        failure(
          504,
          `\`${name}\` (${host}) sent nothing for ${stallMs / 1000} s`,
          'look whether it is overloaded',
          true,
        ),
      );
    });
  };

  const tooLong = (what: string, most: number): Failure =>
    failure(502, `\`${name}\` (${host}) sent ${what} longer than ${most / 1024 / 1024} MiB`, 'ask for less at once');
  // It is not told what it touched.
  const frozen = (): Failure => failure(403, 'this agent is frozen', 'stop here and tell the user');
  /** Each event goes on as soon as it is whole. */
  const passEvents = (message: IncomingMessage, reader: UsageReader): (() => void) => {
    const events = createEvents();
    message.on('data', (chunk: Buffer) => {
      if (over) return;
      moved = clock.monotonic();
      if (stopped()) return fail(frozen());
      for (const event of events.push(chunk)) if (!out.write(redact(event))) message.pause();
      reader.push(chunk);
      if (events.held > MAX_EVENT_BYTES) fail(tooLong('an event', MAX_EVENT_BYTES));
    });
    return () => {
      const rest = events.rest();
      out.end(rest.length === 0 ? undefined : redact(rest));
    };
  };
  /** Half a text that is no stream is of no use to anybody. */
  const passWhole = (message: IncomingMessage, reader: UsageReader, headers: Headers): (() => void) => {
    const parts: Buffer[] = [];
    message.on('data', (chunk: Buffer) => {
      if (over) return;
      moved = clock.monotonic();
      reader.push(chunk);
      if (reader.bytes > MAX_ANSWER_BYTES) return fail(tooLong('an answer', MAX_ANSWER_BYTES));
      parts.push(chunk);
    });
    return () => {
      const body = redact(Buffer.concat(parts));
      out.writeHead(status, { ...headers, ...(status !== 204 && { 'content-length': String(body.length) }) });
      out.end(body);
    };
  };

  const received = (message: IncomingMessage): void => {
    // The head of a failure may stand there already, and a second one throws where nobody catches it.
    if (over) return void message.destroy();
    moved = clock.monotonic();
    answer = message;
    status = message.statusCode ?? 0;
    const wrong = unfit(target, message, redact);
    if (wrong !== null) {
      fail(wrong);
      return;
    }
    const streams = isStream(message);
    const reader = streams ? streamUsage() : answerUsage();
    usage = reader;
    const headers = { ...clean(answerHeaders(message.headers), redact), ...say };
    if (streams) {
      out.writeHead(status, headers);
      // With the first event where it comes at once: one packet less. Else alone, for the first may be a minute away.
      stopWaiting = clock.after(0, () => out.flushHeaders());
    }
    const finish = streams ? passEvents(message, reader) : passWhole(message, reader, headers);
    out.on('drain', () => {
      moved = clock.monotonic();
      message.resume();
    });
    message.once('error', (error) => fail(connectionFailure(target, error)));
    message.once('end', () => {
      if (over) return;
      if (!message.complete) return fail(connectionFailure(target, { code: 'ECONNRESET' }));
      if (stopped()) return fail(frozen());
      out.off('close', left);
      finish();
      done(null);
    });
  };
  const send = (): void => {
    request.on('error', (error) => {
      // The server ended a kept connection just when it was taken: it has not seen this request. `over`: we broke it off
      // ourselves, which looks the same, and an `out` that waits behind another answer is not destroyed by its own end. An
      // agent that is the server too would be asked once more after the failure was told and recorded.
      const stale = !over && request.reusedSocket && answer === null && STALE.has(codeOf(error)) && !out.destroyed;
      if (!stale) return fail(connectionFailure(target, error));
      request = open();
      send();
    });
    request.once('response', received);
    // It wants to speak something else on this connection.
    request.once('upgrade', (_message, socket) => {
      socket.destroy();
      fail(connectionFailure(target, { code: 'upgrade' }));
    });
    request.end(body ?? undefined);
  };

  out.once('close', left);
  watch(stallMs);
  send();
  return promise;
}

export const failureText = (failed: Failure): string => failureLine(failed).replace(/^castellan: /, '');
