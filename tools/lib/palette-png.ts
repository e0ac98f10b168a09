// A picture of a screen in at most 256 colours: a quarter of the bytes, and nobody sees it. Reads what Chromium writes (8 bits
// a channel, not interlaced) and writes a palette PNG.
import { deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
const MOST = 256;

interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Three bytes each. */
  readonly rgb: Buffer;
}

function chunksOf(png: Buffer): readonly { readonly type: string; readonly data: Buffer }[] {
  if (!png.subarray(0, 8).equals(SIGNATURE)) throw new Error('no PNG');
  const chunks = [];
  for (let at = 8; at < png.length; ) {
    const size = png.readUInt32BE(at);
    chunks.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + size) });
    at += size + 12;
  }
  return chunks;
}

function paeth(left: number, up: number, corner: number): number {
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

function readPng(png: Buffer): Pixels {
  const chunks = chunksOf(png);
  const head = chunks[0]?.data ?? Buffer.alloc(13);
  const [width, height, depth, kind, interlaced] = [
    head.readUInt32BE(0),
    head.readUInt32BE(4),
    head[8],
    head[9],
    head[12],
  ];
  if (depth !== 8 || (kind !== 2 && kind !== 6) || interlaced !== 0) throw new Error('a PNG of another kind');
  const bytes = kind === 6 ? 4 : 3;
  const lines = inflateSync(Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data)));
  const line = width * bytes;
  const out = Buffer.alloc(line * height);
  for (let y = 0; y < height; y += 1) {
    const filter = lines[y * (line + 1)];
    for (let x = 0; x < line; x += 1) {
      const at = y * line + x;
      const left = x >= bytes ? (out[at - bytes] ?? 0) : 0;
      const up = y > 0 ? (out[at - line] ?? 0) : 0;
      const corner = x >= bytes && y > 0 ? (out[at - line - bytes] ?? 0) : 0;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter ?? 0] ?? 0;
      out[at] = ((lines[y * (line + 1) + 1 + x] ?? 0) + guess) & 255;
    }
  }
  if (bytes === 3) return { width, height, rgb: out };
  const rgb = Buffer.alloc(width * height * 3);
  for (let n = 0; n < width * height; n += 1) out.copy(rgb, n * 3, n * 4, n * 4 + 3);
  return { width, height, rgb };
}

type Box = readonly (readonly [color: number, count: number])[];
const channel = (color: number, shift: number): number => (color >> shift) & 255;

/** The channel in which a box is widest, and by how much, weighed by how much of the picture it is. */
function widest(box: Box): { readonly shift: number; readonly weight: number } {
  const count = box.reduce((sum, [, each]) => sum + each, 0);
  return [16, 8, 0]
    .map((shift) => {
      const values = box.map(([color]) => channel(color, shift));
      const span =
        values.reduce((most, each) => Math.max(most, each), 0) -
        values.reduce((least, each) => Math.min(least, each), 255);
      return { shift, weight: span * Math.sqrt(count) };
    })
    .reduce((best, each) => (each.weight > best.weight ? each : best));
}

/** Median cut: the widest box is halved until there are enough. */
function boxesOf(counts: ReadonlyMap<number, number>): readonly Box[] {
  let boxes: { readonly box: Box; readonly shift: number; readonly weight: number }[] = [];
  const keep = (box: Box): void => {
    if (box.length > 0) boxes = [...boxes, { box, ...widest(box) }].sort((one, other) => other.weight - one.weight);
  };
  keep([...counts]);
  while (boxes.length < MOST) {
    const [first, ...rest] = boxes;
    if (first === undefined || first.weight === 0) break;
    boxes = rest;
    const sorted = first.box.toSorted(([one], [other]) => channel(one, first.shift) - channel(other, first.shift));
    const half = sorted.reduce((sum, [, count]) => sum + count, 0) / 2;
    let [seen, cut] = [0, 0];
    while (cut < sorted.length - 1 && (cut === 0 || seen < half)) {
      seen += sorted[cut]?.[1] ?? 0;
      cut += 1;
    }
    keep(sorted.slice(0, cut));
    keep(sorted.slice(cut));
  }
  return boxes.map(({ box }) => box);
}

/** What most of a box is: a surface keeps its very colour. */
const colorOf = (box: Box): number => box.reduce((most, each) => (each[1] > most[1] ? each : most))[0];

const CRC = Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xed_b8_83_20 ^ (value >>> 1) : value >>> 1;
  return value >>> 0;
});

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const crc = body.reduce((sum, byte) => (CRC[(sum ^ byte) & 255] ?? 0) ^ (sum >>> 8), 0xff_ff_ff_ff);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE((crc ^ 0xff_ff_ff_ff) >>> 0, body.length + 4);
  return out;
}

export function palettePng(png: Buffer): Buffer {
  const { width, height, rgb } = readPng(png);
  const counts = new Map<number, number>();
  const colors = Array.from({ length: width * height }, (_, n) => rgb.readUIntBE(n * 3, 3));
  for (const color of colors) counts.set(color, (counts.get(color) ?? 0) + 1);
  const boxes = boxesOf(counts);
  const index = new Map(boxes.flatMap((box, at) => box.map(([color]) => [color, at] as const)));
  const palette = Buffer.alloc(boxes.length * 3);
  for (const [at, box] of boxes.entries()) palette.writeUIntBE(colorOf(box), at * 3, 3);
  const lines = Buffer.alloc((width + 1) * height);
  for (const [n, color] of colors.entries())
    lines[Math.floor(n / width) * (width + 1) + 1 + (n % width)] = index.get(color) ?? 0;
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', head),
    chunk('PLTE', palette),
    chunk('IDAT', deflateSync(lines, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
