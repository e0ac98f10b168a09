// The way out as an attacker within the walls meets it: other writings of an address, names that change their mind, requests that are two,
// greetings in pieces, and whoever only wants to keep it busy.
import { Buffer } from 'node:buffer';
import { connect as tlsConnect } from 'node:tls';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { destinationOf, isListed, readAuthority } from '../src/egress/tunnel/destination.ts';
import { readHello } from '../src/egress/tunnel/hello.ts';
import { echo, listener, speak, wayOut } from './support/way-out.ts';

const tunnel = (place: string): string => `CONNECT ${place} HTTP/1.1\r\nHost: ${place}\r\n\r\n`;

test('one place has one writing, however it is asked for', () => {
  const same: readonly (readonly [string, string])[] = [
    ['EXAMPLE.org:443', 'example.org'],
    ['example.org.:443', 'example.org'],
    ['0x7f.1:443', '127.0.0.1'],
    ['2130706433:443', '127.0.0.1'],
    ['017700000001:443', '127.0.0.1'],
    ['127.1:443', '127.0.0.1'],
    ['127.0.0.1.:443', '127.0.0.1'],
    ['[::FFFF:127.0.0.1]:443', '::ffff:7f00:1'],
    ['[0:0:0:0:0:0:0:1]:443', '::1'],
    ['xn--bcher-kva.example:443', 'xn--bcher-kva.example'],
  ];
  for (const [text, host] of same) expect([text, readAuthority(text, null)?.host]).toEqual([text, host]);
  for (const text of [
    'example.org',
    'example.org:0',
    'example.org:65536',
    'example.org:443:443',
    'example.org:+443',
    'user@example.org:443',
    'user:pass@example.org:443',
    'example.org:443/path',
    'example.org\\@evil.example:443',
    'exa mple.org:443',
    'exa\u0000mple.org:443',
    'example.org\r\nX-Y: z:443',
    'ex%61mple.org:443',
    'bücher.example:443',
    'example..org:443',
    '.example.org:443',
    '-:443',
    'fe80::1%eth0:443',
    '[fe80::1%25eth0]:443',
    '::1:443',
    '[::1:443',
    '1.2.3.4.5:443',
    '999.1.1.1:443',
    ':443',
    '',
  ])
    expect([text, readAuthority(text, null)]).toEqual([text, null]);
});

test('a list means what it says and nothing beside it', () => {
  const rules = ['example.org', '*.wild.example', 'other.example:8443', '192.0.2.7:5432', '[2001:db8::1]:443'];
  const listed = (text: string): boolean => {
    const place = readAuthority(text, null);
    return place !== null && isListed(place, rules);
  };
  const yes = ['example.org:443', 'example.org:80', 'a.wild.example:443', 'a.b.wild.example:80', 'other.example:8443'];
  const no = [
    ...['example.org:8443', 'sub.example.org:443', 'badexample.org:443', 'example.org.evil.example:443'],
    ...['wild.example:443', 'badwild.example:443', 'other.example:443', '192.0.2.7:443', '192.0.2.70:5432'],
    ...['[2001:db8::1]:80', '[2001:db8::11]:443'],
  ];
  for (const text of [...yes, 'EXAMPLE.ORG.:443', '192.0.2.7:5432', '[2001:db8:0::1]:443', '3221225991:5432'])
    expect([text, listed(text)]).toEqual([text, true]);
  for (const text of no) expect([text, listed(text)]).toEqual([text, false]);
  expect(isListed({ host: '192.0.2.7', port: 443, isAddress: true }, ['*.2.7', '*.0.2.7'])).toBe(false);
});

test('no writing of an address that is ours is let through, whoever listed the name', async () => {
  const port = await echo();
  const names: Record<string, readonly string[]> = {
    'inward.example': ['127.0.0.1'],
    'mixed.example': ['93.184.215.14', '10.0.0.1'],
    'mapped.example': ['::ffff:169.254.169.254'],
    'wide.example': ['0.0.0.0'],
    'nat.example': ['64:ff9b::7f00:1'],
    'unique.example': ['fd00::1'],
    'link.example': ['fe80::1'],
  };
  const way = await wayOut({ names, mayBePrivate: false, ownPorts: [port] });
  const places = [
    ...Object.keys(names).map((name) => `${name}:${port}`),
    ...['127.0.0.1', '127.1', '0x7f000001', '2130706433', '0177.0.0.1', '0.0.0.0', '10.0.0.1', '169.254.169.254'].map(
      (each) => `${each}:${port}`,
    ),
    ...['::1', '::', '::ffff:127.0.0.1', 'fe80::1', 'fd00::1', '64:ff9b::127.0.0.1', 'ff02::1', '2002:7f00:1::'].map(
      (each) => `[${each}]:${port}`,
    ),
  ];
  for (const place of places)
    expect([place, (await speak(way.socket, tunnel(place)).end()).slice(0, 12)]).toEqual([place, 'HTTP/1.1 403']);
  const ended = await way.over(places.length);
  expect(ended.every(({ outcome, address }) => outcome === 'refused' && address === undefined)).toBe(true);
});

test('Castellan itself and what hangs on the wire are not reached though private hosts may be', async () => {
  const own = await echo();
  const names = { 'me.example': ['127.0.0.1'], 'wire.example': ['169.254.7.7'], 'keys.example': ['169.254.169.254'] };
  const way = await wayOut({ names, mayBePrivate: true, ownPorts: [own] });
  for (const place of [
    `me.example:${own}`,
    `127.0.0.1:${own}`,
    'wire.example:80',
    'keys.example:80',
    '169.254.169.254:80',
    '[fd00:ec2::254]:80',
  ])
    expect([place, await speak(way.socket, tunnel(place)).end()]).toEqual([
      place,
      expect.stringContaining('HTTP/1.1 403 castellan: '),
    ]);
});

test('a name that changes its mind gains nothing: what was looked at is what is connected to', async () => {
  const port = await echo();
  let asked = 0;
  const way = await wayOut({
    mayBePrivate: false,
    names: new Proxy({}, { get: () => (asked++ === 0 ? ['93.184.215.14'] : ['127.0.0.1']) }),
  });
  const first = speak(way.socket, tunnel(`rebind.example:${port}`));
  // The first answer was looked at and is tried; the second one never comes into it.
  const second = speak(way.socket, tunnel(`rebind2.example:${port}`));
  expect(await second.end()).toContain('403 castellan: rebind2.example');
  expect(asked).toBe(2);
  first.socket.destroy();
});

test('names are looked up after it was decided, and never for who is refused', async () => {
  const way = await wayOut({ decide: async () => ({ kind: 'refused', why: 'no', hint: '' }), names: {} });
  for (const place of ['secret-in-a-name.evil.example:443', 'x.evil.example:80'])
    await speak(way.socket, tunnel(place)).end();
  await speak(way.socket, 'GET http://data.evil.example/ HTTP/1.1\r\nHost: data.evil.example\r\n\r\n').end();
  expect(way.looked).toEqual([]);
});

test('one request stays one: no second host, length, path or line gets through', async () => {
  const seen: string[] = [];
  const port = await listener((socket) => {
    socket.on('data', (chunk) => {
      seen.push(chunk.toString('latin1'));
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok');
    });
  });
  const way = await wayOut({ names: { 'a.example': ['127.0.0.1'], 'b.example': ['127.0.0.1'] } });
  const [at, here] = [`http://a.example:${port}/`, `a.example:${port}`];
  const bad = [
    `GET ${at} HTTP/1.1\r\nHost: b.example:${port}\r\n\r\n`,
    `GET ${at} HTTP/1.1\r\nHost: ${here}\r\nHost: b.example:${port}\r\n\r\n`,
    `GET ${at} HTTP/1.1\r\nHost: ${here}, b.example\r\n\r\n`,
    `GET http://user:pass@${here}/ HTTP/1.1\r\nHost: ${here}\r\n\r\n`,
    `GET http://a.example:${port}\\@b.example/ HTTP/1.1\r\nHost: ${here}\r\n\r\n`,
    `GET / HTTP/1.1\r\nHost: ${here}\r\n\r\n`,
    `GET https://a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n`,
    `GET ftp://a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n`,
    `GET //a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n`,
    `POST ${at} HTTP/1.1\r\nHost: ${here}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    `POST ${at} HTTP/1.1\r\nHost: ${here}\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!`,
    `POST ${at} HTTP/1.1\r\nHost: ${here}\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
    `GET ${at} HTTP/1.1\r\nHost: ${here}\r\nX: y\n\nGET http://b.example/ HTTP/1.1\r\n\r\n`,
    `GET ${at} HTTP/1.1\r\nHost : ${here}\r\n\r\n`,
    `CONNECT a.example:${port} HTTP/1.1\r\nHost: b.example:${port}\r\n\r\n`,
    `CONNECT ${at} HTTP/1.1\r\n\r\n`,
  ];
  for (const text of bad)
    expect([text, (await speak(way.socket, text).end()).slice(0, 12)]).toEqual([text, 'HTTP/1.1 400']);
  expect(seen).toEqual([]);
  expect(way.asked).toEqual([]);
  // What is of this hop alone does not go on, and a length cannot be declared to be.
  const fine = speak(
    way.socket,
    `POST ${at} HTTP/1.1\r\nHost: ${here}\r\nConnection: content-length, x-internal\r\nX-Internal: 1\r\nUpgrade: h2c\r\nContent-Length: 2\r\n\r\nhi`,
  );
  await fine.heard('200 OK');
  expect(seen).toHaveLength(1);
  expect(seen[0]).toMatch(/^POST \/ HTTP\/1\.1\r\n/);
  expect(seen[0]).not.toMatch(/x-internal|upgrade/i);
  expect(seen[0]?.match(/content-length: 2\r\n/gi)).toHaveLength(1);
});

test('a pipelined second request is asked about by itself, and a tunnel behind a request is none', async () => {
  const port = await listener((socket) => {
    socket.once('data', () =>
      setTimeout(() => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok'), 100),
    );
  });
  const way = await wayOut({
    names: { 'a.example': ['127.0.0.1'], 'b.example': ['127.0.0.1'] },
    decide: async (asked) =>
      asked.host === 'a.example'
        ? {
            kind: 'go',
            mayBePrivate: true,
            standing: new AbortController().signal,
            noted: {},
            reached: () => undefined,
            over: () => undefined,
          }
        : { kind: 'refused', why: `${asked.host} is not listed`, hint: '' },
  });
  const get = (host: string): string => `GET http://${host}:${port}/ HTTP/1.1\r\nHost: ${host}:${port}\r\n\r\n`;
  const two = speak(way.socket, get('a.example') + get('b.example'));
  await two.heard('b.example is not listed');
  expect(two.text()).toMatch(/^HTTP\/1\.1 200 OK/);
  expect(two.text()).toContain('HTTP/1.1 403 castellan: b.example is not listed');
  const behind = speak(way.socket, get('a.example') + tunnel(`a.example:${port}`));
  await behind.end();
  expect(behind.text()).not.toContain('Connection established');
});

/** The greeting that a real client of TLS sends. */
async function greetingFor(servername: string | undefined): Promise<Buffer> {
  const { promise, resolve } = Promise.withResolvers<Buffer>();
  const port = await listener((socket) => socket.once('data', resolve));
  const socket = tlsConnect({ port, host: '127.0.0.1', ...(servername !== undefined && { servername }) });
  socket.on('error', () => undefined);
  const hello = await promise;
  socket.destroy();
  return hello;
}

/** The same greeting in records of so many bytes. */
function inRecords(hello: Buffer, size: number): Buffer {
  const body = hello.subarray(5);
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length; at += size) {
    const part = body.subarray(at, at + size);
    parts.push(Buffer.from([0x16, 3, 1, part.length >> 8, part.length & 255]), part);
  }
  return Buffer.concat(parts);
}

test('the name in a greeting is read in whatever pieces it comes, and nothing else is taken for one', async () => {
  const hello = await greetingFor('example.org');
  expect(readHello(hello)).toEqual({ kind: 'tls', name: 'example.org' });
  for (let length = 0; length < hello.length; length += 1)
    expect([length, readHello(hello.subarray(0, length)).kind]).toEqual([length, 'more']);
  for (const size of [1, 3, 50, 200])
    expect(readHello(inRecords(hello, size))).toEqual({ kind: 'tls', name: 'example.org' });
  expect(readHello(await greetingFor(undefined))).toEqual({ kind: 'tls', name: null });
  expect(readHello(Buffer.from('GET / HTTP/1.1'))).toEqual({ kind: 'plain' });
  expect(readHello(Buffer.from([0x16, 2, 0, 0, 1]))).toEqual({ kind: 'unreadable' });
  expect(readHello(Buffer.concat([inRecords(hello, 40).subarray(0, 45), Buffer.from([0x17])]))).toEqual({
    kind: 'unreadable',
  });
  // Whatever is done to it, it is read as some greeting, or as none: never as another name with half of the bytes, never a crash.
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(hello.length - 1), fc.nat(255)), { maxLength: 6 }), (changes) => {
      const other = Buffer.from(hello);
      for (const [at, byte] of changes) other[at] = byte;
      expect(['more', 'plain', 'tls', 'unreadable']).toContain(readHello(other).kind);
    }),
    { numRuns: 500 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      readHello(Buffer.concat([Buffer.from([0x16, 3, 1]), bytes]));
    }),
    { numRuns: 500 },
  );
});

test('TLS for another host than the one that was asked for never arrives, in one piece or in many', async () => {
  const arrived: Buffer[] = [];
  const port = await listener((socket) => socket.on('data', (chunk) => arrived.push(chunk)));
  const way = await wayOut({ names: { 'good.example': ['127.0.0.1'] } });
  const wrong = await greetingFor('evil.example');
  const none = await greetingFor(undefined);
  const pieces = async (bytes: Buffer, size: number): Promise<string> => {
    const client = speak(way.socket, tunnel(`good.example:${port}`));
    await client.heard('200 ');
    for (let at = 0; at < bytes.length && client.socket.writable; at += size) {
      client.socket.write(bytes.subarray(at, at + size));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    return client.end();
  };
  expect(await pieces(wrong, wrong.length)).toContain('\x15\x03\x01\x00\x02\x02\x70');
  await pieces(wrong, 40);
  await pieces(inRecords(wrong, 100), 64);
  await pieces(none, none.length);
  expect((await way.over(4)).map(({ outcome, text }) => [outcome, text])).toEqual([
    ...Array(3).fill(['refused', `TLS asks for \`evil.example\`, and good.example:${port} was asked for here`]),
    ['refused', `TLS to good.example:${port} does not say which server it is for`],
  ]);
  expect(arrived).toEqual([]);
  const right = await greetingFor('good.example');
  const client = speak(way.socket, tunnel(`good.example:${port}`));
  await client.heard('200 ');
  for (let at = 0; at < right.length; at += 50) client.socket.write(right.subarray(at, at + 50));
  while (Buffer.concat(arrived).length < right.length) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(Buffer.concat(arrived)).toEqual(right);
});

test('who says nothing, or never ends what they say, gives way and keeps nobody out', async () => {
  const port = await echo();
  const way = await wayOut({ names: { x: ['127.0.0.1'] } });
  const silent = Array.from({ length: 450 }, (_, at) =>
    speak(way.socket, at % 3 === 0 ? '' : at % 3 === 1 ? 'CONNECT x:1 HTTP/1.1\r\nX: ' : Buffer.from([5, 1])),
  );
  const fine = speak(way.socket, `CONNECT x:${port} HTTP/1.1\r\n\r\nhello`);
  await fine.heard('hello');
  // The oldest of them went first.
  await Promise.all(silent.slice(0, 100).map((each) => each.end()));
  expect(way.tunnels.open).toBe(1);
  const long = speak(way.socket, `GET http://x/ HTTP/1.1\r\nX: ${'y'.repeat(40_000)}\r\n\r\n`);
  expect(await long.end()).toContain('HTTP/1.1 400');
});

test('a flood of what is refused leaves nothing open', async () => {
  const way = await wayOut({ names: {}, decide: async () => ({ kind: 'refused', why: 'no', hint: '' }) });
  const count = 300;
  await Promise.all(Array.from({ length: count }, (_, at) => speak(way.socket, tunnel(`h${at}.example:443`)).end()));
  expect(await way.over(count)).toHaveLength(count);
  expect(way.tunnels.open).toBe(0);
});

test('a listener that fills its client, and a client that reads nothing, are held back and not kept in memory', async () => {
  let written = 0;
  const port = await listener((socket) => {
    const more = (): void => {
      while (socket.writable && written < 512 * 1_048_576) {
        written += 65_536;
        if (!socket.write(Buffer.alloc(65_536))) return;
      }
    };
    socket.on('drain', more);
    more();
  });
  const way = await wayOut({ names: { x: ['127.0.0.1'] } });
  const client = speak(way.socket, `CONNECT x:${port} HTTP/1.1\r\n\r\n`);
  await client.heard('200 ');
  client.socket.pause();
  let before = -1;
  while (before !== written) {
    before = written;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  expect(written).toBeLessThan(32 * 1_048_576);
  client.socket.destroy();
  await way.over(1);
});

test('a server that answers what nobody may write on is a failed request, and nothing more', async () => {
  const way = await wayOut({ names: { x: ['127.0.0.1'] } });
  const answers = [
    'HTTP/1.1 042 Odd\r\nContent-Length: 0\r\n\r\n',
    'HTTP/1.1 200 O\x01K\r\nContent-Length: 0\r\n\r\n',
    'HTTP/1.1 200 OK\r\nX: a\x01b\r\nContent-Length: 0\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    `HTTP/1.1 200 OK\r\nX: ${'y'.repeat(70_000)}\r\n\r\n`,
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n',
    'not http at all\r\n\r\n',
    '',
  ];
  for (const answer of answers) {
    const port = await listener((socket) => void socket.once('data', () => socket.end(answer, 'latin1')));
    const client = speak(way.socket, `GET http://x:${port}/ HTTP/1.1\r\nHost: x:${port}\r\n\r\n`);
    expect([answer.slice(0, 40), (await client.end()).slice(0, 22)]).toEqual([
      answer.slice(0, 40),
      'HTTP/1.1 502 castellan',
    ]);
  }
  expect((await way.over(answers.length)).map(({ outcome }) => outcome)).toEqual(Array(answers.length).fill('failed'));
  expect(way.tunnels.open).toBe(0);
});

test('SOCKS5 that is not what it should be is answered in its own words, or not at all', async () => {
  const way = await wayOut({ names: { x: ['127.0.0.1'] } });
  const said = async (...bytes: readonly number[]): Promise<readonly number[]> => {
    const client = speak(way.socket, Buffer.from(bytes));
    await client.end();
    return [...client.bytes()];
  };
  expect(await said(5, 1, 1)).toEqual([5, 0xff]);
  expect((await said(5, 1, 0, 5, 2, 0, 1, 127, 0, 0, 1, 0, 80)).slice(2, 4)).toEqual([5, 7]);
  expect((await said(5, 1, 0, 5, 3, 0, 1, 127, 0, 0, 1, 0, 80)).slice(2, 4)).toEqual([5, 7]);
  expect((await said(5, 1, 0, 5, 1, 0, 9, 127, 0, 0, 1, 0, 80)).slice(2, 4)).toEqual([5, 8]);
  expect((await said(5, 1, 0, 5, 1, 0, 3, 3, 0x61, 0, 0x62, 0, 80)).slice(2, 4)).toEqual([5, 2]);
  expect((await said(5, 1, 0, 5, 1, 0, 1, 127, 0, 0, 1, 0, 0)).slice(2, 4)).toEqual([5, 2]);
  expect(await said(5, 1, 0, 4, 1)).toEqual([5, 0]);
  expect(way.asked).toEqual([]);
  expect(destinationOf('x', 70_000)).toBeNull();
});
