// The tools of a workspace as agents are shown them. Arguments are called as those of the agents' own tools, which models know and the
// analysers of effects read. No `oneOf`, no `$ref`: every client reads these schemas. No structured content: some clients show a
// model that alone, and text with its lines is what it reads best.
import type { JsonObject } from '@castellan/contract';

const text = (description: string, more: JsonObject = {}): JsonObject => ({ type: 'string', description, ...more });
const PATH = text('absolute, or below the workspace', { minLength: 1, maxLength: 4096 });
const FOLDER = text('folder to look in, absolute or below the workspace; the workspace if it is left out', {
  minLength: 1,
  maxLength: 4096,
});
const IGNORED: JsonObject = { type: 'boolean', description: 'also what .gitignore leaves out' };
const OLD = text('exact text that is there, with enough around it to be the only one');
const NEW = text('what stands there instead');
const ALL: JsonObject = { type: 'boolean', description: 'every place, not only one' };
const ID = text('as run_command said it', { pattern: '^bg_[0-9]{1,6}$' });

export interface ToolWords {
  readonly name: WorkspaceTool;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: JsonObject;
  readonly annotations: JsonObject;
}

export type WorkspaceTool =
  | 'read_file'
  | 'write_file'
  | 'edit_file'
  | 'list_folder'
  | 'find_files'
  | 'search_text'
  | 'run_command'
  | 'read_output'
  | 'stop_command';

const tool = (
  name: WorkspaceTool,
  title: string,
  description: string,
  properties: JsonObject,
  required: readonly string[],
  annotations: JsonObject,
): ToolWords => ({
  name,
  title,
  description,
  inputSchema: { type: 'object', properties, required, additionalProperties: false },
  annotations: { openWorldHint: false, ...annotations },
});

const READS = { readOnlyHint: true };
const CHANGES = { readOnlyHint: false, destructiveHint: true };

/** Longest a command may take, in milliseconds, and how long it has if nothing is said. */
const MOST_TIMEOUT_MS = 600_000;
export const USUAL_TIMEOUT_MS = 120_000;

export const WORKSPACE_TOOLS: readonly ToolWords[] = [
  tool(
    'read_file',
    'read a file',
    'A text file with line numbers, or a picture (PNG, JPEG, GIF, WebP). At most 2000 lines at once: `offset` and `limit` give a part. The number and the tab before each line are not part of the file.',
    {
      file_path: PATH,
      offset: { type: 'integer', minimum: 1, description: 'first line, from 1' },
      limit: { type: 'integer', minimum: 1, maximum: 2000, description: 'how many lines' },
    },
    ['file_path'],
    READS,
  ),
  tool(
    'write_file',
    'write a file',
    'Writes a whole file, new or in the place of the one that is there, with the folders above it. To change a part use edit_file.',
    { file_path: PATH, content: text('everything that it holds then') },
    ['file_path', 'content'],
    { ...CHANGES, idempotentHint: true },
  ),
  tool(
    'edit_file',
    'edit a file',
    'Replaces exact text in a file: `old_string` by `new_string`, or several with `edits`, one after the other, all or none. The old text must stand in the file exactly once, unless `replace_all` is set.',
    {
      file_path: PATH,
      old_string: OLD,
      new_string: NEW,
      replace_all: ALL,
      edits: {
        type: 'array',
        minItems: 1,
        maxItems: 100,
        items: {
          type: 'object',
          properties: { old_string: OLD, new_string: NEW, replace_all: ALL },
          required: ['old_string', 'new_string'],
          additionalProperties: false,
        },
      },
    },
    ['file_path'],
    CHANGES,
  ),
  tool(
    'list_folder',
    'list a folder',
    'Names and sizes of what is in a folder, hidden ones too.',
    { path: FOLDER },
    [],
    READS,
  ),
  tool(
    'find_files',
    'find files by name',
    'Files whose path is like a pattern (`**/*.ts`, `src/{a,b}/*.js`), last changed first. Leaves out what .gitignore does, and follows no links.',
    {
      pattern: text('a pattern of paths; without a slash, of names at any depth', { minLength: 1, maxLength: 500 }),
      path: FOLDER,
      include_ignored: IGNORED,
    },
    ['pattern'],
    READS,
  ),
  tool(
    'search_text',
    'search in files',
    'Lines that a regular expression fits (JavaScript’s, without looking around or back references), with their files and numbers. Leaves out what .gitignore does, and files that are no text.',
    {
      pattern: text('regular expression', { minLength: 1, maxLength: 1000 }),
      path: text('file or folder, absolute or below the workspace; the workspace if it is left out', {
        minLength: 1,
        maxLength: 4096,
      }),
      glob: text('only files like this: `*.ts`', { minLength: 1, maxLength: 500 }),
      ignore_case: { type: 'boolean' },
      context: { type: 'integer', minimum: 0, maximum: 20, description: 'lines around each match' },
      files_only: { type: 'boolean', description: 'names of files alone' },
      limit: { type: 'integer', minimum: 1, maximum: 200, description: 'how many matches' },
      include_ignored: IGNORED,
    },
    ['pattern'],
    READS,
  ),
  tool(
    'run_command',
    'run a command',
    'Runs a line of bash in the workspace and gives what it said and its exit code. It runs inside walls: the workspace can be changed, the system read, /tmp and the home folder are the session’s own, and the network is reached by a proxy alone (HTTPS_PROXY), where the command was decided to need it. Each command stands alone: no `cd` or variable lasts, no input, and a server in the background is reached only by the command that started it. What runs long: `run_in_background`, then read_output.',
    {
      command: text('for bash', { minLength: 1, maxLength: 100_000 }),
      timeout: {
        type: 'integer',
        minimum: 1000,
        maximum: MOST_TIMEOUT_MS,
        description: `milliseconds until it is ended; ${USUAL_TIMEOUT_MS} if it is left out`,
      },
      description: text('what it is for, in a few words', { maxLength: 300 }),
      run_in_background: { type: 'boolean', description: 'answer at once with an id' },
    },
    ['command'],
    { ...CHANGES, openWorldHint: true },
  ),
  tool(
    'read_output',
    'read what a command says',
    'What a command in the background said since it was last asked, and whether it runs.',
    { id: ID },
    ['id'],
    READS,
  ),
  tool(
    'stop_command',
    'stop a command',
    'Ends a command in the background and everything it started.',
    { id: ID },
    ['id'],
    {
      readOnlyHint: false,
      destructiveHint: false,
      idempotentHint: true,
    },
  ),
];
