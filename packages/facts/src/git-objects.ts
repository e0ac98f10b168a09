// Whether a repository has an object: an index may name bytes that were never stored, and then nothing can bring them back.
// Source: gitrepository-layout(5), gitformat-pack(5), pack indexes of version 2.
import { closeSync, fstatSync, lstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { readRegular } from './read-regular.ts';

const MAX_PACKS = 200;
const MAX_SMALL = 64 * 1024;

/** `objects`: the folder of objects; those it borrows from are looked at too, one step. */
export function hasObject(objects: string, hash: string, borrowed = true): boolean {
  const loose = lstatSync(`${objects}/${hash.slice(0, 2)}/${hash.slice(2)}`, { throwIfNoEntry: false });
  if (loose?.isFile() === true && loose.size > 0) return true;
  if (packsIn(`${objects}/pack`).some((pack) => holds(`${objects}/pack/${pack}`, hash))) return true;
  return borrowed && alternatesOf(objects).some((other) => hasObject(other, hash, false));
}

function packsIn(folder: string): readonly string[] {
  if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  const names = readdirSync(folder);
  const packs = new Set(names.filter((name) => name.endsWith('.pack')));
  return names.filter((name) => name.endsWith('.idx') && packs.has(name.replace(/idx$/, 'pack'))).slice(0, MAX_PACKS);
}

function alternatesOf(objects: string): readonly string[] {
  const file = `${objects}/info/alternates`;
  if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return [];
  const text = readRegular(file, MAX_SMALL)?.bytes.toString('utf8') ?? '';
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => (line.startsWith('/') ? line : `${objects}/${line}`))
    .slice(0, 4);
}

const FANOUT_AT = 8;
const NAMES_AT = FANOUT_AT + 256 * 4;

function holds(file: string, hash: string): boolean {
  const wanted = Buffer.from(hash, 'hex');
  const descriptor = openSync(file, 'r');
  try {
    const size = fstatSync(descriptor).size;
    const read = (at: number, length: number): Buffer => {
      const bytes = Buffer.alloc(length);
      return readSync(descriptor, bytes, 0, length, at) === length ? bytes : Buffer.alloc(0);
    };
    const head = read(0, NAMES_AT);
    if (head.length === 0 || head.readUInt32BE(0) !== 0xff744f63 || head.readUInt32BE(4) !== 2) return false;
    const first = wanted[0] ?? 0;
    let low = first === 0 ? 0 : head.readUInt32BE(FANOUT_AT + (first - 1) * 4);
    let high = head.readUInt32BE(FANOUT_AT + first * 4);
    if (NAMES_AT + high * 20 > size) return false;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = Buffer.compare(read(NAMES_AT + middle * 20, 20), wanted);
      if (order === 0) return true;
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return false;
  } finally {
    closeSync(descriptor);
  }
}
