// The helper inside the walls: carries out what was decided about files, one request after the other, on two pipes. It knows no
// policy: what it may touch is what stands inside of the walls, and of that only the path each request names.
import { readSync, statSync, writeSync } from 'node:fs';
import { relative } from 'node:path';
import type { JsonObject } from '@castellan/contract';
import { FrameReader, frameOf } from '../../frames.ts';
import { type FileRequest, type FileTool, MAX_FRAME } from '../types.ts';
import { wordsOf } from './fault.ts';
import { findTool, listTool } from './list.ts';
import { readTool } from './read.ts';
import { searchTool } from './search.ts';
import { editTool, writeTool } from './write.ts';

type Tool = (args: JsonObject, target: string, name: string) => readonly JsonObject[];

const TOOLS: Readonly<Record<FileTool, Tool>> = {
  read_file: readTool,
  write_file: writeTool,
  edit_file: editTool,
  list_folder: listTool,
  find_files: findTool,
  search_text: searchTool,
};

/** As the model knows it. */
function nameOf({ tool, target, workspace }: FileRequest): string {
  const below = relative(workspace, target);
  const name = below === '' ? '.' : below.startsWith('..') ? target : below;
  if (tool !== 'find_files' && tool !== 'search_text') return name;
  return name === '.' ? '' : name;
}

/** Of folders: what stands before the names of their files. */
const prefixOf = (request: FileRequest, name: string): string =>
  name === '' || (request.tool === 'search_text' && !isFolder(request)) ? name : `${name}/`;

const isFolder = ({ target }: FileRequest): boolean => statSync(target).isDirectory();

function answer(request: FileRequest): { ok: boolean; content: readonly JsonObject[] } {
  const name = nameOf(request);
  const isWalk = request.tool === 'find_files' || request.tool === 'search_text';
  try {
    const shown = isWalk ? prefixOf(request, name) : name;
    return { ok: true, content: TOOLS[request.tool](request.arguments, request.target, shown) };
  } catch (error) {
    return { ok: false, content: [{ type: 'text', text: wordsOf(error, name === '' ? '.' : name) }] };
  }
}

/** Nothing else in here says or reads anything. */
const IN = 0;
const OUT = 1;

function say(message: unknown): void {
  const frame = frameOf(message);
  for (let at = 0; at < frame.length; ) at += writeSync(OUT, frame, at);
}

const reader = new FrameReader(MAX_FRAME);
const chunk = Buffer.allocUnsafe(65_536);
say({ id: 0, ok: true, content: [] });
for (;;) {
  const frame = reader.next();
  if (frame === 'too-long') break;
  if (frame === 'wait') {
    const read = readSync(IN, chunk);
    if (read === 0) break;
    reader.add(chunk.subarray(0, read));
    continue;
  }
  const request = JSON.parse(frame.toString('utf8')) as FileRequest;
  say({ id: request.id, ...answer(request) });
}
