// What the MCP endpoint answers, onto the wire. INVARIANT: every byte passes the exits once more, a stream event by event: what
// the endpoint made of results is redacted already, what it says of itself is text like any other. A reader that does not
// read is cut off, so that it holds one event and not a stream of them.
import type { ServerResponse } from 'node:http';
import { finished } from 'node:stream/promises';
import type { HttpAnswer } from '@castellan/gateway';
import type { Exits } from '../exits/index.ts';
import { together } from './together.ts';

/** For a client to take what stands in its buffers. A page of text takes less than a second; a client that sleeps comes back. */
const READ_MS = 60_000;
/** Of this connection, and ours to say. */
const OWN_HEADERS: ReadonlySet<string> = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding']);

export async function sendAnswer(answer: HttpAnswer, out: ServerResponse, exits: Exits): Promise<void> {
  if ('kind' in answer) {
    await exits.ahead(answer.text);
    const text = exits.message(answer.text);
    const length = Buffer.byteLength(text);
    out.writeHead(200, {
      'content-type': 'application/json',
      'content-length': length,
      'mcp-session-id': answer.session,
    });
    out.end(text);
    return;
  }
  for (const [name, value] of answer.headers) if (!OWN_HEADERS.has(name)) out.setHeader(name, value);
  const streams = answer.headers.get('content-type')?.startsWith('text/event-stream') === true;
  if (answer.body === null || !streams) {
    const given = answer.body === null ? '' : await answer.text();
    await exits.ahead(given);
    const text = given === '' ? '' : exits.message(given);
    if (answer.body !== null) out.setHeader('content-length', Buffer.byteLength(text));
    out.writeHead(answer.status).end(text);
    return;
  }
  together(out.socket);
  out.writeHead(answer.status);
  // A stream may have nothing to say for hours; whoever waits for it must know that it is there.
  out.flushHeaders();
  await relay(answer.body, out, exits);
}

async function relay(body: ReadableStream<Uint8Array>, out: ServerResponse, exits: Exits): Promise<void> {
  const reader = body.getReader();
  const gone = (): void => void reader.cancel().catch(() => undefined);
  out.once('close', gone);
  if (out.destroyed) gone();
  const utf8 = new TextDecoder();
  let rest = '';
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      rest += utf8.decode(part.value, { stream: true });
      const end = rest.lastIndexOf('\n\n') + 2;
      if (end < 2) continue;
      const events = rest.slice(0, end);
      rest = rest.slice(end);
      together(out.socket);
      if (!out.write(shown(events, exits)) && !(await drained(out))) return;
    }
    out.end(exits.text(rest));
    await finished(out).catch(() => undefined);
  } catch {
    // The endpoint broke off, or the other side did: an answer that is cut short must not look whole.
    out.destroy();
  }
}

const MESSAGE = 'event: message\n';
const DATA = 'data: {';

/** Whole events. One that carries a message is looked at as that message. */
function shown(events: string, exits: Exits): string {
  const each = events.split('\n\n').map((event) => {
    const at = event.indexOf(DATA);
    const body = event.slice(at + DATA.length - 1);
    if (at < 0 || body.includes('\n')) return exits.text(event);
    const head = event.slice(0, at);
    return `${head === MESSAGE ? head : exits.text(head)}${DATA.slice(0, -1)}${exits.message(body)}`;
  });
  return each.join('\n\n');
}

/** False: it was not read in time, or nobody is there. */
function drained(out: ServerResponse): Promise<boolean> {
  return new Promise((resolve) => {
    const late = setTimeout(() => out.destroy(), READ_MS);
    const done = (): void => {
      clearTimeout(late);
      out.off('drain', done);
      out.off('close', done);
      resolve(!out.destroyed);
    };
    out.once('drain', done);
    out.once('close', done);
  });
}
