// An OTLP collector over TLS that answers as it is told: takes, has failed, waits, or refuses what holds a word.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Pem } from '@castellan/testkit';

export interface Collector extends AsyncDisposable {
  readonly port: number;
  /** What it took, whole messages. */
  readonly taken: readonly unknown[];
  readonly bearers: ReadonlySet<string>;
  /** Messages that wait for an answer. */
  waiting(): number;
  answer(how: 'taking' | 'failing' | 'waiting'): void;
}

/** @param poison a message with it is refused. */
export async function collector({ certificate, key }: Pem, poison: string): Promise<Collector> {
  const taken: unknown[] = [];
  const bearers = new Set<string>();
  const held: (() => void)[] = [];
  let how: 'taking' | 'failing' | 'waiting' = 'taking';
  const server = createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, (request, response) => {
    void text(request).then((body) => {
      bearers.add(`${request.url} ${request.headers.authorization ?? ''}`);
      const end = (status: number): void => {
        response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
        if (status === 200) taken.push(JSON.parse(body));
      };
      if (how === 'failing') return end(503);
      if (body.includes(poison)) return end(400);
      if (how === 'waiting') held.push(() => end(200));
      else end(200);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    taken,
    bearers,
    waiting: () => held.length,
    answer(next) {
      how = next;
      for (const end of held.splice(0)) end();
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
