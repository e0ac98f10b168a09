// The daemon's live events, as `watch` reads them.
import { request } from 'node:http';
import type { LiveEvent } from '@castellan/contract';
import type { RunningDaemon } from '@castellan/testkit';

export function followEvents(daemon: RunningDaemon): Promise<{ readonly seen: readonly LiveEvent[]; close(): void }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ readonly seen: readonly LiveEvent[]; close(): void }>();
  const seen: LiveEvent[] = [];
  const outgoing = request({
    socketPath: daemon.socket,
    path: '/v1/events',
    agent: false,
    headers: { authorization: `Bearer ${daemon.state.token}` },
  });
  outgoing.once('response', (incoming) => {
    let text = '';
    incoming.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const messages = text.split('\n\n');
      text = messages.pop() ?? '';
      for (const message of messages)
        if (message.startsWith('data: ')) seen.push(JSON.parse(message.slice('data: '.length)) as LiveEvent);
      if (seen.length > 0) resolve({ seen, close: () => outgoing.destroy() });
    });
    // A daemon that ends cuts the stream: what was seen stays.
    incoming.on('error', () => undefined);
  });
  outgoing.on('error', reject);
  outgoing.end();
  return promise;
}
