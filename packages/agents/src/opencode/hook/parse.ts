// From what our plug-in sends to an event. Its bodies have the members of Claude Code's hooks, so that what is strict there is
// strict here. INVARIANT: never throws; nobody at OpenCode's terminal can be asked by us, so no event is interactive.
import { resolve } from 'node:path';
import { faulty, type JsonObject, type Parsed, parsed } from '@castellan/contract';
import { parseClaudeHook } from '../../claude-code/hook/parse.ts';
import { BUILT_IN_MODULE as CLAUDE_MODULE } from '../../claude-code/hook/tool-ref.ts';
import type { HookEvent, ImpliedUse } from '../../hook/event.ts';
import { isJsonObject, isObject } from '../../hook/plain-json.ts';
import { BUILT_IN_MODULE, withServer } from './tool-ref.ts';

/** More files than a person attaches. */
const MOST_FILES = 1000;

/** An event, or the first thing that is wrong with it. */
export function parseOpenCodeHook(body: unknown): Parsed<HookEvent> {
  if (!isObject(body)) return faulty({ path: '', message: 'hook input is not an object' });
  const event = parseClaudeHook(withServer(body), {});
  if (!event.ok) return event;
  if (event.value.kind === 'prompt') {
    const uses = filesOf(body.files);
    return uses.ok ? parsed({ ...event.value, uses: uses.value }) : uses;
  }
  if (!('module' in event.value) || event.value.module !== CLAUDE_MODULE) return event;
  const { cwd, tool, arguments: args } = event.value;
  // A command's paths mean those of the folder it runs in, which may be any: without it `rm -r src` would look like ours.
  const workdir = tool === 'bash' && typeof args.workdir === 'string' && args.workdir !== '' ? args.workdir : null;
  return parsed({
    ...event.value,
    module: BUILT_IN_MODULE,
    ...(workdir !== null && { folder: resolve(cwd, workdir) }),
  });
}

/** What OpenCode has read into a prompt, each as the tool that would read it. */
function filesOf(files: unknown): Parsed<readonly ImpliedUse[]> {
  const wrong = faulty({ path: 'files', message: '`files` is not a list of what was read' });
  if (files === undefined) return parsed([]);
  if (!Array.isArray(files) || files.length > MOST_FILES) return wrong;
  const uses: ImpliedUse[] = [];
  for (const file of files as readonly unknown[]) {
    const input = isObject(file) && typeof file.input === 'string' ? inputOf(file.input) : null;
    if (!isObject(file) || input === null || (file.tool !== 'read' && file.tool !== 'read_mcp_resource')) return wrong;
    uses.push({ module: BUILT_IN_MODULE, tool: file.tool, arguments: input });
  }
  return parsed(uses);
}

/** As the client wrote it into the prompt. */
function inputOf(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}
