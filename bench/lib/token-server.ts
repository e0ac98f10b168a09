// Run as a process: a model server that streams tokens at a steady pace, each with the time it was written; or, given the
// port of one, the plainest proxy there is. Prints its port. INVARIANT: times are of the system's monotonic clock, which all
// processes of a machine share.
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const TOKENS = 60;
const PACE_MS = 4;
const behind = Number(process.argv[2] ?? '0');

const now = (): number => Number(process.hrtime.bigint()) / 1e6;

const server = createServer((incoming, outgoing) => {
  if (behind > 0) {
    const { method, url, headers } = incoming;
    const onward = request({ port: behind, host: '127.0.0.1', method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
    return;
  }
  incoming.resume().once('end', async () => {
    outgoing.writeHead(200, { 'content-type': 'text/event-stream' });
    for (let n = 0; n < TOKENS; n += 1) {
      if (n > 0) await sleep(PACE_MS);
      outgoing.write(
        `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: `word${n} ` } }], at: now() })}\n\n`,
      );
    }
    outgoing.end('data: {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":60}}\n\ndata: [DONE]\n\n');
  });
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
// It ends with whoever started it.
process.stdin.resume().once('end', () => process.exit(0));
