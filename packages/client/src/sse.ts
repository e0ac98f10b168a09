// Server-sent events from bytes: yields the data of each message. Comments (heartbeats) are seen as empty messages, so
// that a reader can tell a quiet daemon from a dead one.

const MAX_MESSAGE = 16 * 1024 * 1024;

export type SseMessage = { readonly kind: 'data'; readonly text: string } | { readonly kind: 'heartbeat' };

/** @throws RangeError when one message grows past 16 MB; Error of the body when the connection breaks. */
export async function* readSse(body: AsyncIterable<Uint8Array>): AsyncGenerator<SseMessage> {
  const decoder = new TextDecoder();
  let rest = '';
  let data: string[] = [];
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    // A carriage return at the very end may be half of a line end: it waits for its other half.
    const usable = rest.endsWith('\r') ? rest.length - 1 : rest.length;
    const lines = rest.slice(0, usable).split(/\r\n|\r|\n/);
    rest = (lines.pop() ?? '') + rest.slice(usable);
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) yield { kind: 'data', text: data.join('\n') };
        data = [];
      } else if (line.startsWith(':')) {
        yield { kind: 'heartbeat' };
      } else if (line.startsWith('data:')) {
        data.push(line.startsWith('data: ') ? line.slice(6) : line.slice(5));
      }
    }
    if (rest.length + data.reduce((sum, part) => sum + part.length, 0) > MAX_MESSAGE) {
      throw new RangeError('one event is larger than 16 MB');
    }
  }
}
