// Stands before the daemon and adds the agent's bearer token to each request: the conformance suite sends no credential. RULE: it
// changes nothing else; Host and Origin reach the daemon as they were sent, but for the port, which names this listener and not
// the daemon's: the daemon knows itself by name and port.
import { request as ask, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Forwarder extends AsyncDisposable {
  readonly port: number;
}

export async function startForwarder(to: number, credential: string): Promise<Forwarder> {
  const server = createServer((incoming, outgoing) => {
    const own = `:${(server.address() as AddressInfo).port}`;
    const renamed = (value: string): string => (value.endsWith(own) ? `${value.slice(0, -own.length)}:${to}` : value);
    const headers: string[] = ['authorization', `Bearer ${credential}`];
    for (let at = 0; at < incoming.rawHeaders.length; at += 2) {
      const [name = '', value = ''] = incoming.rawHeaders.slice(at, at + 2);
      headers.push(name, /^(host|origin)$/i.test(name) ? renamed(value) : value);
    }
    const { method, url } = incoming;
    const onward = ask({ host: '127.0.0.1', port: to, method, path: url, headers, setHost: false }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      outgoing.flushHeaders();
      answer.pipe(outgoing);
      answer.once('error', () => outgoing.destroy());
    });
    onward.once('error', () => outgoing.destroy());
    outgoing.once('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
