// Frames come out as they went in, however the pipe cuts them, and no frame that is too long is ever put together.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FrameReader, frameOf } from '../src/frames.ts';

it('whatever the pieces', () => {
  const messages = fc.array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 8 });
  fc.assert(
    fc.property(messages, fc.array(fc.integer({ min: 1, max: 9000 }), { maxLength: 40 }), (sent, cuts) => {
      const bytes = Buffer.concat(sent.map((each) => frameOf(each)));
      const reader = new FrameReader(1_000_000);
      const heard: unknown[] = [];
      const take = (piece: Buffer): void => {
        reader.add(piece);
        for (let frame = reader.next(); frame !== 'wait'; frame = reader.next()) heard.push(JSON.parse(String(frame)));
      };
      let at = 0;
      for (const cut of cuts) {
        take(bytes.subarray(at, at + cut));
        at += cut;
      }
      take(bytes.subarray(at));
      expect(heard).toEqual(JSON.parse(JSON.stringify(sent)));
    }),
  );
});

it('byte by byte', () => {
  const reader = new FrameReader(100);
  const frame = frameOf('é'.repeat(40));
  for (const byte of frame.subarray(0, -1)) {
    reader.add(Buffer.from([byte]));
    expect(reader.next()).toBe('wait');
  }
  reader.add(frame.subarray(-1));
  expect(String(reader.next())).toBe(JSON.stringify('é'.repeat(40)));
});

it('one that is longer than it may be is known by its first bytes', () => {
  const reader = new FrameReader(10);
  reader.add(Buffer.from([0, 0, 0]));
  expect(reader.next()).toBe('wait');
  reader.add(Buffer.from([11]));
  expect(reader.next()).toBe('too-long');
});
