// Fifty servers behind one gateway: how soon it serves after a start, and what it holds when each of them has been used. The
// servers run in processes of their own, which are theirs; those that nobody uses are not started.
import { honestMcp } from '@castellan/testkit';
import { httpClient } from './lib/mcp-client.ts';
import { benchGateway } from './lib/mcp-gateway.ts';
import { report, spread } from './lib/spread.ts';

const SERVERS = 50;
const STARTS = 7;

await using gateway = await benchGateway();
const names = Array.from({ length: SERVERS }, (_, n) => `server-${n}`);
for (const name of names) await gateway.add(name, honestMcp({ only: ['echo'], name }));

const ready: number[] = [];
const served: number[] = [];
let idle = { rss: 0, own: 0 };
for (let n = 0; n < STARTS; n++) {
  const begin = performance.now();
  await gateway.daemon.restart();
  ready.push(gateway.daemon.readyMs);
  await using client = await httpClient(gateway.address(), gateway.headers);
  const { tools } = (await client.send('tools/list', {})) as unknown as { readonly tools: readonly object[] };
  if (tools.length < SERVERS) throw new Error(`only ${tools.length} tools are offered`);
  served.push(performance.now() - begin);
  idle = { rss: gateway.daemon.rss(), own: gateway.daemon.own() };
}

await using client = await httpClient(gateway.address(), gateway.headers);
const first: number[] = [];
for (const name of names) {
  const begin = performance.now();
  const { isError } = await client.send('tools/call', { name: `${name}__echo`, arguments: { text: 'x' } });
  if (isError === true) throw new Error(`${name} refused the call`);
  first.push(performance.now() - begin);
}
const used = { rss: gateway.daemon.rss(), own: gateway.daemon.own() };

const row = (what: string, values: readonly number[]) => ({ what, ...spread(values) });
const only = (what: string, value: number) => ({ what, p50: Math.round(value), p99: Math.round(value) });
const servedMs = spread(served).p50;
report(
  'mcp-many',
  [
    row('start until ready, ms', ready),
    row(`start until a client has the tools of ${SERVERS} servers, ms`, served),
    row('first call of a server, its own start included, ms', first),
    only('no server used: resident, MiB', idle.rss),
    only('no server used: its own, MiB', idle.own),
    only(`all ${SERVERS} in use: resident, MiB`, used.rss),
    only(`all ${SERVERS} in use: its own, MiB`, used.own),
  ],
  [
    {
      text: `${SERVERS} servers: served ${servedMs.toFixed(0)} ms after the start, at most 1000`,
      kept: servedMs <= 1000,
    },
    { text: `${SERVERS} servers in use: ${used.own.toFixed(0)} MiB of its own, at most 120`, kept: used.own <= 120 },
  ],
);
