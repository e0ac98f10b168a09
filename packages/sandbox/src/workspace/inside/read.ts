// read_file: lines with their numbers, or a picture.
import { closeSync } from 'node:fs';
import type { JsonObject } from '@castellan/contract';
import { beginning } from './cut.ts';
import { ToolFault } from './fault.ts';
import { openDecided } from './open.ts';
import { bytesOf, textOf } from './text.ts';

const MOST_LINES = 2000;
const LONGEST_LINE = 2000;
/** Of what is shown at once: an answer longer than that is cut elsewhere. */
const MOST_CHARACTERS = 120_000;
/** A picture is answered whole or not at all, and an answer holds no more than this of it. */
const MOST_PICTURE_BYTES = 190_000;

function pictureType(bytes: Buffer): string | null {
  const starts = (hex: string, at = 0): boolean => bytes.subarray(at, at + hex.length / 2).toString('hex') === hex;
  if (starts('89504e470d0a1a0a')) return 'image/png';
  if (starts('ffd8ff')) return 'image/jpeg';
  if (starts('474946383761') || starts('474946383961')) return 'image/gif';
  if (starts('52494646') && starts('57454250', 8)) return 'image/webp';
  return null;
}

const whole = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise);

export function readTool(args: JsonObject, target: string, name: string): readonly JsonObject[] {
  const opened = openDecided(target, 'file');
  try {
    const bytes = bytesOf(opened, name);
    const type = pictureType(bytes);
    if (type !== null) return [picture(bytes, type, name)];
    return [
      { type: 'text', text: numbered(textOf(bytes, name).text, whole(args.offset, 1), whole(args.limit, MOST_LINES)) },
    ];
  } finally {
    closeSync(opened.fd);
  }
}

function picture(bytes: Buffer, mimeType: string, name: string): JsonObject {
  if (bytes.length > MOST_PICTURE_BYTES)
    throw new ToolFault(
      `\`${name}\` is a picture of ${bytes.length} bytes, and ${MOST_PICTURE_BYTES} is the most that can be shown: make it smaller first`,
    );
  return { type: 'image', data: bytes.toString('base64'), mimeType };
}

function numbered(text: string, offset: number, limit: number): string {
  if (text === '') return '(the file is empty)';
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  if (offset > lines.length)
    throw new ToolFault(`the file has ${lines.length} lines: \`offset\` ${offset} is behind its end`);
  const shown: string[] = [];
  let characters = 0;
  let at = offset - 1;
  for (; at < lines.length && shown.length < limit && characters < MOST_CHARACTERS; at += 1) {
    const line = (lines[at] ?? '').replace(/\r$/, '');
    const begun = beginning(line, LONGEST_LINE);
    const cut = begun === line ? line : `${begun.toWellFormed()} … ${line.length - begun.length} more characters`;
    characters += cut.length;
    shown.push(`${String(at + 1).padStart(6)}\t${cut}`);
  }
  if (at < lines.length) shown.push(`(${lines.length - at} more lines: read on with \`offset\` ${at + 1})`);
  return shown.join('\n');
}
