// What was read off a connection lies in memory that the engine does not count as young: a fast upload made it look through all that this
// process holds, some thirty times a gigabyte, and held up whoever waited for an answer. Something young beside it makes the engine clear
// what is young in time, and what was read with it: twice a gigabyte then, with a tenth of the work (bench/egress.ts).
const EACH_BYTES = 65_536;
const ELEMENTS = 4096;

const beside = { bytes: 0, young: [] as readonly number[] };

/** So many bytes were read into memory of their own. */
export function readAnew(bytes: number): void {
  beside.bytes += bytes;
  if (beside.bytes < EACH_BYTES) return;
  beside.bytes = 0;
  beside.young = new Array<number>(ELEMENTS).fill(0);
}
