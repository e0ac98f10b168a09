// write_file and edit_file: a file is replaced whole or stays as it was, with the mode it had. INVARIANT: it is replaced in the very
// folder that was decided; a link in its own place is replaced and not followed.
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname } from 'node:path';
import type { JsonObject } from '@castellan/contract';
import { edited, editsOf } from './edit.ts';
import { ToolFault } from './fault.ts';
import { openDecided, within } from './open.ts';
import { bytesOf, type Text, textOf } from './text.ts';

/** Longest content that is written, in bytes. */
const MOST_BYTES = 10 * 1024 * 1024;

let made = 0;

function replace(target: string, content: string, mode: number | null): void {
  const bytes = Buffer.from(content, 'utf8');
  if (bytes.length > MOST_BYTES) throw new ToolFault(`that is ${bytes.length} bytes, and ${MOST_BYTES} is the most`);
  mkdirSync(dirname(target), { recursive: true });
  const folder = openDecided(dirname(target), 'folder').fd;
  made += 1;
  const fresh = within(folder, `.castellan-${process.pid}-${made}~`);
  try {
    const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
    const fd = openSync(fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o666);
    try {
      writeFileSync(fd, bytes);
      if (mode !== null) fchmodSync(fd, mode);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(fresh, within(folder, basename(target)));
  } catch (error) {
    try {
      unlinkSync(fresh);
    } catch {
      // It was not made.
    }
    throw error;
  } finally {
    closeSync(folder);
  }
}

/** null: nothing is there. */
function modeOf(target: string): number | null {
  const stat = lstatSync(target, { throwIfNoEntry: false });
  if (stat === undefined) return null;
  if (stat.isDirectory()) throw new ToolFault(`\`${target}\` is a folder`);
  if (!stat.isFile()) throw new ToolFault(`\`${target}\` is no ordinary file`);
  return stat.mode & 0o777;
}

const lineCount = (text: string): number => (text === '' ? 0 : text.split('\n').length - (text.endsWith('\n') ? 1 : 0));

export function writeTool(args: JsonObject, target: string, name: string): readonly JsonObject[] {
  const content = typeof args.content === 'string' ? args.content : '';
  const mode = modeOf(target);
  replace(target, content, mode);
  const what = mode === null ? 'made' : 'replaced';
  return [{ type: 'text', text: `${what} \`${name}\`: ${lineCount(content)} lines` }];
}

export function editTool(args: JsonObject, target: string, name: string): readonly JsonObject[] {
  const edits = editsOf(args);
  const there = lstatSync(target, { throwIfNoEntry: false });
  // As other editors of agents have it: an empty old text makes a file.
  if (there === undefined && edits.length === 1 && edits[0]?.from === '') {
    replace(target, edits[0].to, null);
    return [{ type: 'text', text: `made \`${name}\`: ${lineCount(edits[0].to)} lines` }];
  }
  const opened = openDecided(target, 'file');
  let before: Text;
  let mode: number;
  try {
    mode = fstatSync(opened.fd).mode & 0o777;
    before = textOf(bytesOf(opened, name), name);
  } finally {
    closeSync(opened.fd);
  }
  const { text, places } = edited(before.text, edits, name);
  replace(target, before.mark + text, mode);
  return [{ type: 'text', text: `edited \`${name}\`: ${places} ${places === 1 ? 'place' : 'places'}` }];
}
