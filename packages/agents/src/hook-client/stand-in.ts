// A daemon of three answers for the self-test of the hook clients: a socket of its own in a folder of its own, for a second.
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { geteuid } from 'node:process';
import { buffer } from 'node:stream/consumers';
import { hookFileText } from './hook-file.ts';

/** What it answers to an event that says `yes`, and to one that says `no`. */
export const YES = '{"castellan":"self-test"}\n';
export const NO = 'castellan: refused for a test\n';
/** Answered with what is shorter than it says. */
export const CUT = 'cut';

const TYPE = 'application/vnd.castellan.hook';
const ROUTE = '/v1/hooks/self-test';
/** Of nobody: it opens nothing anywhere. */
const CREDENTIAL = `castellan_a_000000_${'0'.repeat(64)}`;

export interface StandIn {
  /** The file of a hook that is answered. */
  readonly file: string;
  /** The file of a hook whose daemon is not there. */
  readonly away: string;
  close(): Promise<void>;
}

/** @param home the state folder: what lies in it only its owner can reach, and a socket's path is short enough there. */
export async function standIn(home: string): Promise<StandIn> {
  const folder = await mkdtemp(join(home, 'hook-'));
  const [socket, file, away] = [join(folder, 's'), join(folder, 'hook'), join(folder, 'away')];
  for (const [path, to] of [
    [file, socket],
    [away, join(folder, 'none')],
  ] as const) {
    const owner = geteuid?.() ?? 0;
    const text = hookFileText({ socket: to, owner, credential: CREDENTIAL, route: ROUTE, timeoutSeconds: 20 });
    if (!text.ok) throw new Error(text.fault.message);
    await writeFile(path, text.value, { mode: 0o600 });
  }
  const server = createServer((request, response) => {
    void buffer(request).then((bytes) => {
      const event = bytes.toString();
      const expected = request.url === ROUTE && request.headers.authorization === `Bearer ${CREDENTIAL}`;
      const text = event === 'yes' && expected ? YES : NO;
      const digit = event === 'yes' && expected ? '0' : '2';
      const body = event === CUT ? `0 ${text.length + 1}\n${text}` : `${digit} ${text.length}\n${text}`;
      response.writeHead(200, { 'content-type': TYPE, 'content-length': body.length }).end(body);
    });
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socket, resolve));
  await chmod(socket, 0o600);
  return {
    file,
    away,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
