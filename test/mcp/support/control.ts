// Where the client that the suite starts hands over to the test.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Task {
  readonly url: string;
  readonly scenario: string;
  readonly context: {
    readonly toolCalls?: readonly { name: string; arguments: Record<string, unknown> }[];
    /** A client that is registered already. */
    readonly client_id?: string;
    readonly client_secret?: string;
  };
}

export interface Control extends AsyncDisposable {
  readonly env: Readonly<Record<string, string>>;
}

/** @param act what is done with the suite's server; what it throws is the client's failure. */
export async function startControl(act: (task: Task) => Promise<void>): Promise<Control> {
  const server = createServer((request, response) => {
    text(request)
      .then((body) => act(JSON.parse(body) as Task))
      .then(
        () => response.end('done'),
        (error: unknown) => response.writeHead(500).end(error instanceof Error ? (error.stack ?? '') : String(error)),
      );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    env: { CASTELLAN_TEST_CONTROL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
