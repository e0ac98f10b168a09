// The answer on its way back: each piece goes on as it comes, past the redactor, at the pace of whoever reads it.
// INVARIANT: no byte of an answer reaches the agent but through the redactor, headers included.
import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import type { ModelApi } from '@castellan/contract';
import { codeOf, connectionFailure } from './connect.ts';
import { type Failure, failure, failureBody, failureEvent, failureHeaders, failureLine } from './failure.ts';
import { answerHeaders, type Headers } from './headers.ts';
import type { Target } from './upstream.ts';
import { answerUsage, streamUsage, type UsageReader } from './usage.ts';

/** Holds back only what may be the beginning of a secret. */
export interface AnswerRedactor {
  push(chunk: Uint8Array): Uint8Array;
  end(): Uint8Array;
}

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
  readonly redactor: () => AnswerRedactor;
  /** Added to the answer's headers. */
  readonly say: Headers;
}

const through = (redactor: () => AnswerRedactor, text: string): Buffer => {
  const pass = redactor();
  return Buffer.concat([pass.push(Buffer.from(text, 'utf8')), pass.end()]);
};

export function answerFailure(
  out: ServerResponse,
  api: ModelApi,
  failed: Failure,
  redactor: () => AnswerRedactor,
): void {
  if (out.headersSent || out.destroyed) return;
  const body = through(redactor, failureBody(api, failed));
  out.writeHead(failed.status, { ...failureHeaders(failed), 'content-length': body.length });
  out.end(body);
}

const STALE: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE']);

const isStream = (answer: IncomingMessage): boolean =>
  /^text\/event-stream\b/i.test(answer.headers['content-type'] ?? '');

/** Why an answer is not passed on at all. */
function unfit({ name, host, secret }: Target, answer: IncomingMessage): Failure | null {
  const status = answer.statusCode ?? 0;
  if (status >= 300 && status < 400) {
    // The host only: a path or query may hold what it wants to be told.
    const to = answer.headers.location ?? '';
    const where = URL.canParse(to, `https://${host}`) ? new URL(to, `https://${host}`).host : 'nowhere';
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

/** All at once, for they are nearly always clean; one by one where something was found. */
function clean(headers: Headers, redactor: () => AnswerRedactor): Headers {
  const all = Object.values(headers).join('\n');
  if (through(redactor, all).toString('utf8') === all) return headers;
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, through(redactor, value).toString('utf8')]),
  );
}

/** Sends the request and passes its answer on. Resolves when both sides are done with; never rejects. */
export function relay({ target, api, open, body, out, clock, redactor, say }: Relay): Promise<Relayed> {
  const { promise, resolve } = Promise.withResolvers<Relayed>();
  const { name, host, stallMs } = target;
  let status = 0;
  let usage: UsageReader | null = null;
  let answer: IncomingMessage | null = null;
  let request = open();
  let moved = clock.monotonic();
  let stopWatching = (): void => {};

  const done = (failed: Failure | null): void => {
    stopWatching();
    out.off('close', left);
    resolve({ status, failure: failed, usage });
  };
  /** Ends both sides; the agent is told in whatever way is left. */
  const fail = (failed: Failure): void => {
    request.destroy();
    if (!out.headersSent) answerFailure(out, api, failed, redactor);
    else if (answer !== null && isStream(answer) && !out.destroyed)
      out.end(through(redactor, failureEvent(api, failed)));
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

  const received = (message: IncomingMessage): void => {
    moved = clock.monotonic();
    answer = message;
    status = message.statusCode ?? 0;
    const wrong = unfit(target, message);
    if (wrong !== null) {
      fail(wrong);
      return;
    }
    const reader = isStream(message) ? streamUsage() : answerUsage();
    usage = reader;
    const pass = redactor();
    out.writeHead(status, { ...clean(answerHeaders(message.headers), redactor), ...say });
    out.flushHeaders();
    message.on('data', (chunk: Buffer) => {
      moved = clock.monotonic();
      const ready = pass.push(chunk);
      if (ready.length > 0 && !out.write(ready)) message.pause();
      reader.push(chunk);
    });
    out.on('drain', () => {
      moved = clock.monotonic();
      message.resume();
    });
    message.once('error', (error) => fail(connectionFailure(target, error)));
    message.once('end', () => {
      if (!message.complete) return fail(connectionFailure(target, { code: 'ECONNRESET' }));
      out.off('close', left);
      out.end(pass.end());
      done(null);
    });
  };
  const send = (): void => {
    request.on('error', (error) => {
      // The server ended a kept connection just when it was taken: it has not seen this request.
      const stale = request.reusedSocket && answer === null && STALE.has(codeOf(error)) && !out.destroyed;
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
