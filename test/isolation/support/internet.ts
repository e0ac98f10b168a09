// An internet of a test's own, run as a program in a network namespace: a name server that changes its mind, a web server, an echo. Its
// only argument is the address it has there; it says `ready`, and a line for each name that was asked for.
import { createSocket } from 'node:dgram';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';

const [here = '', six = ''] = process.argv.slice(2);
const A = 1;
const AAAA = 28;

/** What names lead to; a function is asked anew each time. */
const asked = new Map<string, number>();
const TABLE: Readonly<Record<string, (count: number) => readonly string[]>> = {
  'good.example': () => [here],
  'six.example': () => [six],
  // First where everybody may go, and from then on to this machine: whoever looks it up twice is lost.
  'rebind.example': (count) => (count === 1 ? [here] : ['127.0.0.1']),
  'mixed.example': () => [here, '127.0.0.1'],
  'inward.example': () => ['127.0.0.1'],
  'inward-six.example': () => ['::1'],
  'mapped.example': () => ['::ffff:127.0.0.1'],
  'unique.example': () => ['fd00::1'],
  'link.example': () => ['fe80::1'],
  'keys.example': () => ['169.254.169.254'],
  'wide.example': () => ['0.0.0.0'],
  // This machine, by the address that the whole net knows it by.
  'self.example': () => [here.replace(/\.2$/, '.1')],
  'two.example': () => [here.replace(/\.2$/, '.3'), here],
};

function bytesOf(address: string): Buffer {
  if (!address.includes(':')) return Buffer.from(address.split('.').map(Number));
  const mapped = /^::ffff:(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address)?.slice(1).map(Number);
  if (mapped !== undefined) return Buffer.from([...Array<number>(10).fill(0), 255, 255, ...mapped]);
  const [head = '', tail = ''] = address.split('::');
  const groups = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((each) => Number.parseInt(each, 16));
  const [left, right] = [groups(head), groups(tail)];
  const all = [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
  return Buffer.from(all.flatMap((each) => [each >> 8, each & 255]));
}

function answer(query: Buffer): Buffer | null {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const name = labels.join('.').toLowerCase();
  const type = query.readUInt16BE(at + 1);
  process.stdout.write(`asked ${name}\n`);
  if (name === 'slow.example') return null;
  const known = TABLE[name];
  const key = `${name} ${type}`;
  asked.set(key, (asked.get(key) ?? 0) + 1);
  const found = known?.(asked.get(key) ?? 1).filter((each) => each.includes(':') === (type === AAAA)) ?? [];
  const answers = (type === A || type === AAAA ? found : []).map((address) => {
    const bytes = bytesOf(address);
    const head = Buffer.alloc(12);
    head.writeUInt16BE(0xc00c, 0);
    head.writeUInt16BE(type, 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(bytes.length, 10);
    return Buffer.concat([head, bytes]);
  });
  const header = Buffer.from(query.subarray(0, 12));
  header.writeUInt16BE(known === undefined ? 0x8583 : 0x8580, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(answers.length, 6);
  header.writeUInt32BE(0, 8);
  return Buffer.concat([header, query.subarray(12, at + 5), ...answers]);
}

const names = createSocket('udp4');
names.on('message', (query, from) => {
  const bytes = answer(query);
  if (bytes !== null) names.send(bytes, from.port, from.address);
});
const web = createHttpServer((request, response) => {
  const to = new URL(request.url ?? '/', 'http://x').searchParams.get('to');
  if (to === null) response.end('the open net\n');
  else response.writeHead(302, { location: to }).end();
});
const echo = createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('error', () => socket.destroy());
  socket.pipe(socket);
});
const listening = [
  new Promise<void>((resolve) => names.bind(53, here, resolve)),
  new Promise<void>((resolve) => web.listen({ port: 80, host: '::', backlog: 2048 }, resolve)),
  new Promise<void>((resolve) => echo.listen({ port: 7000, host: '::', backlog: 2048 }, resolve)),
];
await Promise.all(listening);
process.stdout.write('ready\n');
process.stdin.once('end', () => process.exit()).resume();
