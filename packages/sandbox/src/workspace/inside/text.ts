// Files as text: UTF-8 with or without its mark, whatever ends its lines. What is no text is not shown as text.
import { readFileSync } from 'node:fs';
import { ToolFault } from './fault.ts';
import type { Opened } from './open.ts';

/** Largest file that is read as text. */
export const MOST_BYTES = 10 * 1024 * 1024;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export interface Text {
  /** Without the mark. */
  readonly text: string;
  readonly mark: '' | '\uFEFF';
}

export function isBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 8192).includes(0);
}

/** @param name for the model. */
export function textOf(bytes: Uint8Array, name: string): Text {
  if (isBinary(bytes)) throw new ToolFault(`\`${name}\` is no text (${bytes.length} bytes)`);
  try {
    const whole = utf8.decode(bytes);
    return whole.startsWith('\uFEFF') ? { text: whole.slice(1), mark: '\uFEFF' } : { text: whole, mark: '' };
  } catch {
    throw new ToolFault(`\`${name}\` is no UTF-8 text (${bytes.length} bytes)`);
  }
}

export function bytesOf({ fd, stat }: Opened, name: string, most = MOST_BYTES): Buffer {
  if (stat.size > most)
    throw new ToolFault(
      `\`${name}\` is too large: ${stat.size} bytes, and ${most} is the most; search_text finds parts of it`,
    );
  const bytes = readFileSync(fd);
  if (bytes.length > most) throw new ToolFault(`\`${name}\` is too large: it grows`);
  return bytes;
}
