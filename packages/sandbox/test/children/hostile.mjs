// A child that was taken over: it says that it is ready, and then does what the source of its run names.
import { readSync, writeSync } from 'node:fs';
import process from 'node:process';

const frame = (text) => {
  const body = Buffer.from(text);
  const header = Buffer.alloc(4);
  header.writeUInt32BE(body.length);
  return Buffer.concat([header, body]);
};
const put = (bytes, fd = 4) => {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
};
const say = (message) => put(frame(typeof message === 'string' ? message : JSON.stringify(message)));

function hear() {
  const header = Buffer.alloc(4);
  if (readSync(3, header) < 4) process.exit(0);
  const body = Buffer.alloc(header.readUInt32BE());
  for (let at = 0; at < body.length; ) at += readSync(3, body, at, body.length - at, null);
  return JSON.parse(body.toString());
}

const forever = (what) => {
  for (;;) what();
};
const used = { steps: 1, memoryBytes: 1, outputBytes: 1 };
const done = (result) => ({ kind: 'done', result, used });
const now = { kind: 'call', call: { kind: 'now' } };
const http = (more) => ({
  kind: 'call',
  call: {
    kind: 'http',
    method: 'GET',
    url: ['https://a.example/'],
    headers: [],
    body: null,
    auth: null,
    timeoutMs: 1,
    ...more,
  },
});
const output = (text, more = {}) => ({ kind: 'output', level: 'print', text, ...more });

const DEEDS = {
  garbage: () => put(Buffer.from('HTTP/1.1 200 OK\r\n\r\nhello, parent, this is no frame at all')),
  'a length beyond all bounds': () => put(Buffer.from([0xff, 0xff, 0xff, 0xff, 1])),
  'a frame one byte too long': () => put(frame(' '.repeat(1_048_577))),
  'no JSON': () => say('{"kind":"done"'),
  'no UTF-8': () => put(frame(Buffer.from([0x22, 0xff, 0xfe, 0x22]))),
  'an empty frame': () => say(''),
  'another kind': () => say({ kind: 'approve', script: 'x' }),
  'a member too many': () => say(output('a', { admin: true })),
  'a prototype': () => say('{"kind":"output","level":"print","text":"a","__proto__":{"x":1}}'),
  'a level that is none': () => say(output('a', { level: 'alarm' })),
  'a million members': () => say(`{"kind":"output","level":"print","text":[${'0,'.repeat(500_000)}0]}`),
  'a million levels': () => say('['.repeat(1_000_000)),
  'ready again': () => say({ kind: 'ready' }),
  'ready without end': () => forever(() => say({ kind: 'ready' })),
  'an inspection': () =>
    say({ kind: 'inspection', inspection: { kind: 'faulty', faults: [{ line: 1, column: 1, message: 'a' }] } }),
  'two calls at once': () => {
    put(Buffer.concat([frame(JSON.stringify(now)), frame(JSON.stringify(now))]));
  },
  'done while it asks': () => {
    put(Buffer.concat([frame(JSON.stringify(now)), frame(JSON.stringify(done('1')))]));
  },
  'a secret that is not declared': () => say(http({ headers: [['a', [{ secret: 'OTHER', as: 'text' }]]] })),
  'a secret asked for that is not declared': () => say({ kind: 'call', call: { kind: 'secret', name: 'OTHER' } }),
  'a secret in the host': () => say(http({ url: ['https://', { secret: 'A', as: 'text' }, '/'] })),
  'a secret at the end of the host': () => say(http({ url: ['https://a.example', { secret: 'A', as: 'text' }] })),
  'a secret before the host': () => say(http({ url: [{ secret: 'A', as: 'text' }] })),
  'a secret that ends a string of JSON': () =>
    say(http({ body: { kind: 'json', text: ['{"a":"', { secret: 'A', as: 'text' }, '"}'] } })),
  'a header in a header': () => say(http({ headers: [['a: b\r\nc', ['d']]] })),
  'a method that is none': () => say(http({ method: 'TRACE' })),
  'a refusal that was none': () => say({ kind: 'failed', code: 'refused', message: 'a', traceback: [], used }),
  'a code of the host': () => say({ kind: 'failed', code: 'script_not_approved', message: 'a', traceback: [], used }),
  'a result that is no JSON': () => say(done('{')),
  'a result without end': () => say(done(`"${'x'.repeat(262_000)}"`)),
  'a result that is too deep': () => say(done('['.repeat(65) + ']'.repeat(65))),
  'a result with half a character': () =>
    say('{"kind":"done","result":"\\"\\ud800\\"","used":{"steps":1,"memoryBytes":1,"outputBytes":1}}'),
  'a number that is none': () =>
    say('{"kind":"done","result":"1","used":{"steps":1e400,"memoryBytes":1,"outputBytes":1}}'),
  lies: () => say({ ...done('1'), used: { steps: 2 ** 52, memoryBytes: 2 ** 52, outputBytes: 2 ** 52 } }),
  'lines without end': () => forever(() => say(output('x'.repeat(1000)))),
  'empty lines without end': () => forever(() => say(output(''))),
  'bytes without end': () => forever(() => put(Buffer.alloc(65_536))),
  'a line byte by byte': () => {
    const bytes = frame(JSON.stringify(output('x'.repeat(50_000))));
    for (const byte of bytes) put(Buffer.from([byte]));
    say(done('1'));
  },
  'a frame that never ends': () => {
    const bytes = frame(JSON.stringify(output('x'.repeat(1_000_000))));
    put(bytes.subarray(0, 1_000_000));
  },
  'the pipe from its parent': () => forever(() => put(Buffer.alloc(65_536), 3)),
  'calls without end': () =>
    forever(() => {
      say(now);
      hear();
    }),
  'to exit': () => process.exit(0),
  'to abort': () => process.abort(),
  'to spin': () => forever(() => undefined),
  'to say nothing': () => undefined,
  'to fill the heap': () => {
    const all = [];
    forever(() => all.push(new Array(1000).fill(0.5).map((x) => x + all.length)));
  },
  'to fill a map': () => {
    const all = new Map();
    forever(() => all.set(all.size, { a: all.size }));
  },
  'to fill buffers': () => {
    const all = [];
    forever(() => all.push(Buffer.alloc(64 * 2 ** 20, 1)));
  },
  'to double a text': () => {
    let text = 'x';
    forever(() => {
      text += text;
      Buffer.from(text);
    });
  },
};

if (process.argv.includes('warm')) process.argv.length = 2;
say({ kind: 'ready' });
const task = hear();
DEEDS[task.source]();
for (;;) hear();
