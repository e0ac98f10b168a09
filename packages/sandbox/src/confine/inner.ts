// `castellan-inner`, which runs first inside of walls (native/castellan-inner.c): where it lies, and what it is told.
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { PACKAGES } from '../hull/program.ts';
import { type FilterKind, seccompFilter } from '../hull/seccomp.ts';
import type { ConfineLimits, Forward } from './spec.ts';

/** undefined: it is not brought for this kind of machine. */
export function innerProgram(): string | undefined {
  const path = join(PACKAGES, 'sandbox/bin', `castellan-inner-linux-${process.arch}`);
  if (process.platform !== 'linux') return undefined;
  try {
    accessSync(path, constants.X_OK);
    return path;
  } catch {
    return undefined;
  }
}

/** @returns null: the system calls of this kind of machine are not known. */
export function filterWords(kind: FilterKind): readonly string[] | null {
  const filter = seccompFilter(process.arch, kind);
  return filter === undefined ? null : ['--filter', filter.toString('hex')];
}

/** Files and sockets that are open at a time. */
const DESCRIPTORS = 65_536;

export const limitWords = ({ processes, memoryBytes, fileBytes }: ConfineLimits): readonly string[] => [
  ...['--processes', String(processes), '--data', String(memoryBytes), '--file', String(fileBytes)],
  ...['--descriptors', String(DESCRIPTORS)],
];

export const forwardWords = (forwards: readonly Forward[]): readonly string[] =>
  forwards.flatMap(({ port, socket }) => ['--forward', `${port}:${socket}`]);
