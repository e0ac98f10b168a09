// Whether the disk that the state folder lies on has room. Pure.
import type { CheckItem } from '@castellan/contract';
import type { HereFacts } from './facts.ts';
import { bad, good, unknown, warn } from './item.ts';

const MIB = 1024 ** 2;
const LOW_BYTES = 1024 * MIB;
const FULL_BYTES = 128 * MIB;
const LOW_PART = 0.05;

const inGib = (bytes: number): string =>
  bytes < 1024 * MIB ? `${Math.floor(bytes / MIB)} MiB` : `${(bytes / 1024 / MIB).toFixed(1)} GiB`;

export function diskItem({ disk }: HereFacts): CheckItem {
  const fix = 'make room: with none left every call is refused';
  if (disk === null) return unknown('disk', 'the system does not say', fix);
  const { free, size } = disk;
  const seen = `${inGib(free)} of ${inGib(size)} are free`;
  if (free < FULL_BYTES) return bad('disk', seen, fix);
  return free < LOW_BYTES || free < size * LOW_PART ? warn('disk', seen, fix) : good('disk', seen);
}
