// A desktop: the system's own D-Bus daemon, and on it a notification server that writes down what it is asked to show. The few
// types that a notification needs are read and written by hand, after the D-Bus specification.
import { spawn } from 'node:child_process';
import { createConnection, type Socket } from 'node:net';
import { join } from 'node:path';
import { tempFolder } from '@castellan/testkit';

export interface Note {
  readonly app: string;
  readonly title: string;
  readonly body: string;
  /** 0 low, 1 normal, 2 critical. */
  readonly urgency: number;
}

export interface DesktopBus extends AsyncDisposable {
  /** Of DBUS_SESSION_BUS_ADDRESS. */
  readonly address: string;
  readonly notes: readonly Note[];
}

type Value = string | number | readonly Value[];
const ALIGN: Readonly<Record<string, number>> = {
  x: 8,
  t: 8,
  y: 1,
  g: 1,
  v: 1,
  b: 4,
  i: 4,
  u: 4,
  s: 4,
  o: 4,
  a: 4,
  '(': 8,
  '{': 8,
};

/** The first whole type of a signature. */
function firstType(signature: string): string {
  if (signature.startsWith('a')) return `a${firstType(signature.slice(1))}`;
  if (!/^[({]/.test(signature)) return signature.slice(0, 1);
  let depth = 0;
  for (let end = 0; end < signature.length; end += 1) {
    if ('({'.includes(signature[end] ?? '')) depth += 1;
    if (')}'.includes(signature[end] ?? '')) depth -= 1;
    if (depth === 0) return signature.slice(0, end + 1);
  }
  throw new Error(`no whole type in \`${signature}\``);
}

class Reader {
  at: number;
  readonly #bytes: Buffer;
  constructor(bytes: Buffer, at = 0) {
    this.#bytes = bytes;
    this.at = at;
  }

  align(to: number): void {
    this.at = Math.ceil(this.at / to) * to;
  }

  all(signature: string): Value[] {
    const values: Value[] = [];
    for (let rest = signature; rest !== ''; rest = rest.slice(firstType(rest).length))
      values.push(this.one(firstType(rest)));
    return values;
  }

  one(type: string): Value {
    this.align(ALIGN[type[0] ?? ''] ?? 1);
    switch (type[0]) {
      case 'y':
        return this.#bytes.readUInt8(this.at++);
      case 'i':
      case 'u':
      case 'b':
        return this.#number();
      case 'x':
      case 't':
        this.at += 8;
        return Number(this.#bytes.readBigInt64LE(this.at - 8));
      case 's':
      case 'o':
        return this.#text(this.#number());
      case 'g':
        return this.#text(this.#bytes.readUInt8(this.at++));
      case 'v':
        return this.one(String(this.one('g')));
      case 'a':
        return this.#list(type.slice(1));
      case '(':
      case '{':
        return this.all(type.slice(1, -1));
      default:
        throw new Error(`type \`${type}\` is not read here`);
    }
  }

  #list(type: string): Value {
    const length = this.#number();
    this.align(ALIGN[type[0] ?? ''] ?? 1);
    const end = this.at + length;
    const values: Value[] = [];
    while (this.at < end) values.push(this.one(type));
    return values;
  }

  #number(): number {
    this.at += 4;
    return this.#bytes.readUInt32LE(this.at - 4);
  }

  #text(length: number): string {
    this.at += length + 1;
    return this.#bytes.toString('utf8', this.at - 1 - length, this.at - 1);
  }
}

const padded = (bytes: Buffer, to: number): Buffer =>
  Buffer.concat([bytes, Buffer.alloc((to - (bytes.length % to)) % to)]);
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const text = (value: string): Buffer => Buffer.concat([u32(Buffer.byteLength(value)), Buffer.from(`${value}\0`)]);
const texts = (values: readonly string[]): Buffer =>
  values.reduce((made, value) => Buffer.concat([padded(made, 4), text(value)]), Buffer.alloc(0));
/** One field of a header: its code, and a variant of a string, a path, a signature or a number. */
function field(code: number, type: 's' | 'o' | 'g' | 'u', value: string | number): Buffer {
  const head = Buffer.from([code, 1, type.charCodeAt(0), 0]);
  if (type === 'g') return Buffer.concat([head, Buffer.from([String(value).length]), Buffer.from(`${value}\0`)]);
  return Buffer.concat([head, typeof value === 'number' ? u32(value) : text(value)]);
}

let serial = 0;
function message(kind: 1 | 2, fields: readonly Buffer[], body: Buffer): Buffer {
  serial += 1;
  const list = fields.reduce((made, each) => Buffer.concat([padded(made, 8), each]), Buffer.alloc(0));
  const head = Buffer.concat([
    Buffer.from(['l'.charCodeAt(0), kind, 0, 1]),
    u32(body.length),
    u32(serial),
    u32(list.length),
  ]);
  return Buffer.concat([padded(Buffer.concat([head, list]), 8), body]);
}
const call = (member: string, signature: string, body: Buffer): Buffer =>
  message(
    1,
    [
      field(1, 'o', '/org/freedesktop/DBus'),
      field(2, 's', 'org.freedesktop.DBus'),
      field(3, 's', member),
      field(6, 's', 'org.freedesktop.DBus'),
      ...(signature === '' ? [] : [field(8, 'g', signature)]),
    ],
    body,
  );

/** What is asked, and what is said to it: [signature, body]. */
function answered(member: string, body: readonly Value[], notes: Note[]): readonly [string, Buffer] {
  if (member === 'GetServerInformation') return ['ssss', texts(['test', 'test', '1', '1.2'])];
  if (member === 'GetCapabilities') {
    const list = texts(['body', 'body-markup']);
    return ['as', Buffer.concat([u32(list.length), list])];
  }
  if (member !== 'Notify') return ['', Buffer.alloc(0)];
  const [app, , , title, shown, , hints] = body;
  const urgency = (hints as readonly (readonly Value[])[]).find(([name]) => name === 'urgency')?.[1];
  notes.push({ app: String(app), title: String(title), body: String(shown), urgency: Number(urgency) });
  return ['u', u32(notes.length)];
}

function serve(socket: Socket, notes: Note[]): void {
  let waiting = Buffer.alloc(0);
  socket.on('data', (piece: Buffer) => {
    waiting = Buffer.concat([waiting, piece]);
    for (;;) {
      if (waiting.length < 16) return;
      const start = Math.ceil((16 + waiting.readUInt32LE(12)) / 8) * 8;
      const end = start + waiting.readUInt32LE(4);
      if (waiting.length < end) return;
      const one = waiting.subarray(0, end);
      waiting = waiting.subarray(end);
      const fields = new Map(
        (new Reader(one, 12).one('a(yv)') as [number, Value][]).map(([code, value]) => [code, value]),
      );
      if (one[1] !== 1) continue;
      const body = new Reader(one.subarray(start)).all(String(fields.get(8) ?? ''));
      const [signature, said] = answered(String(fields.get(3)), body, notes);
      const to = [field(5, 'u', one.readUInt32LE(8)), field(6, 's', String(fields.get(7)))];
      socket.write(message(2, [...to, ...(signature === '' ? [] : [field(8, 'g', signature)])], said));
    }
  });
}

export async function desktopBus(): Promise<DesktopBus> {
  const address = `unix:path=${join(tempFolder(), 'bus')}`;
  const daemon = spawn('dbus-daemon', ['--session', '--nofork', '--print-address=1', `--address=${address}`], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = new Promise((resolve) => daemon.once('close', resolve));
  await new Promise((resolve) => daemon.stdout.once('data', resolve));
  const socket = createConnection(address.slice('unix:path='.length));
  socket.on('error', () => undefined);
  const uid = Buffer.from(String(process.getuid?.() ?? 0)).toString('hex');
  socket.write(`\0AUTH EXTERNAL ${uid}\r\n`);
  await new Promise((resolve) => socket.once('data', resolve));
  socket.write('BEGIN\r\n');
  const notes: Note[] = [];
  serve(socket, notes);
  socket.write(call('Hello', '', Buffer.alloc(0)));
  socket.write(call('RequestName', 'su', Buffer.concat([padded(text('org.freedesktop.Notifications'), 4), u32(0)])));
  return {
    address,
    notes,
    async [Symbol.asyncDispose]() {
      socket.destroy();
      daemon.kill();
      await ended;
    },
  };
}
