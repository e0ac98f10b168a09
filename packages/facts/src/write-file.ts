// Writing a file so that a reader, or a crash, only ever sees the old text or the new one.
import { closeSync, fsyncSync, openSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { stringify } from 'yaml';

/** A value as YAML that this package reads back: no anchors, no folding. */
export const formatYaml = (value: unknown): string => stringify(value, { aliasDuplicateObjects: false, lineWidth: 0 });

let written = 0;

/**
 * Replaces a file's text in one step and makes it durable.
 * @throws the system's error; the old file is then still there.
 */
export function writeFileAtomic(path: string, text: string, mode: number): void {
  const folder = dirname(path);
  const opened = openTemporary(folder, basename(path), mode);
  const { temporary } = opened;
  let descriptor = opened.descriptor;
  try {
    const bytes = Buffer.from(text, 'utf8');
    for (let offset = 0; offset < bytes.length; ) offset += writeSync(descriptor, bytes, offset);
    fsyncSync(descriptor);
    closeSync(descriptor);
    descriptor = -1;
    renameSync(temporary, path);
  } catch (error) {
    if (descriptor >= 0) closeSync(descriptor);
    unlinkQuietly(temporary);
    throw error;
  }
  const parent = openSync(folder, 'r');
  try {
    fsyncSync(parent);
  } finally {
    closeSync(parent);
  }
}

/** Hidden, so that a leftover of a crash is no policy file; exclusive, so that nobody's link is written through. */
function openTemporary(folder: string, name: string, mode: number): { descriptor: number; temporary: string } {
  for (let attempt = 0; ; attempt += 1) {
    written += 1;
    const temporary = `${folder}/.${name}.${process.pid}.${written}.tmp`;
    try {
      return { descriptor: openSync(temporary, 'wx', mode), temporary };
    } catch (error) {
      // Left by a process of the same number that died: the next name is free.
      const taken = error instanceof Error && 'code' in error && error.code === 'EEXIST';
      if (!taken || attempt > 100) throw error;
    }
  }
}

function unlinkQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // The first error is the one that matters.
  }
}
