// Whether somebody answers at a socket of Castellan: what the health checks of both images run. Set up or not makes no difference: a
// daemon that waits for its first account is healthy, and restarting it would help nobody.
import { get } from 'node:http';

const socketPath = process.argv[2] ?? `${process.env.CASTELLAN_HOME}/daemon/castellan.sock`;
const asked = get({ socketPath, path: '/v1/setup', headers: { host: 'castellan' }, timeout: 4000 }, (answer) => {
  answer.resume();
  process.exitCode = (answer.statusCode ?? 500) < 500 ? 0 : 1;
});
asked.on('timeout', () => asked.destroy(new Error('no answer within 4 s')));
asked.on('error', (error) => {
  process.stderr.write(`castellan: nobody answers at ${socketPath}: ${error.message}\n`);
  process.exitCode = 1;
});
