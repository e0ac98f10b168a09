// What the tools of a workspace are asked and say. The helper inside the walls speaks this on two pipes; what it says is read strictly.
import type { JsonObject, JsonValue } from '@castellan/contract';

/** A tool that the helper carries out. Commands are started beside it. */
export type FileTool = 'read_file' | 'write_file' | 'edit_file' | 'list_folder' | 'find_files' | 'search_text';

export interface FileRequest {
  readonly id: number;
  readonly tool: FileTool;
  readonly arguments: JsonObject;
  /** The real path that was decided: nothing else is opened, whatever the arguments name by now. */
  readonly target: string;
  /** What paths are shown relative to. */
  readonly workspace: string;
}

export interface FileAnswer {
  readonly id: number;
  readonly ok: boolean;
  readonly content: readonly JsonObject[];
}

/** Longest message either way: a file of the largest size that is written, as JSON. */
export const MAX_FRAME = 24 * 1024 * 1024;

export const textAnswer = (text: string, isError = false): JsonObject => ({
  content: [{ type: 'text', text }],
  ...(isError && { isError: true }),
});

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** undefined: it is none. */
export function parseAnswer(frame: Buffer): FileAnswer | undefined {
  try {
    const said = JSON.parse(frame.toString('utf8')) as JsonValue;
    if (!isObject(said)) return undefined;
    const { id, ok, content } = said;
    if (typeof id !== 'number' || typeof ok !== 'boolean' || !Array.isArray(content)) return undefined;
    const blocks = content.flatMap((block: JsonValue) => (isObject(block) ? [known(block)] : []));
    return { id, ok, content: blocks };
  } catch {
    return undefined;
  }
}

const text = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');

/** Nothing but texts and pictures, with the members that these have. */
const known = (block: JsonObject): JsonObject =>
  block.type === 'image'
    ? { type: 'image', data: text(block.data), mimeType: text(block.mimeType) }
    : { type: 'text', text: text(block.text) };
