// What a prompt makes Claude Code read by itself, with no tool and no event of one: files named `@path` and resources named
// `@server:uri`. How names begin and end was tried on the real client; where two readings are possible both are decided.
import type { JsonObject, ToolRef } from '@castellan/contract';
import type { ImpliedUse } from '../../hook/event.ts';
import { BUILT_IN_MODULE } from './tool-ref.ts';

/** A name begins where nothing stands before it, or a space, or one of these. */
const BEFORE = '(?:^|[\\s、。！？])@';
const QUOTED = new RegExp(`${BEFORE}"([^"]+)"`, 'gu');
const PLAIN = new RegExp(`${BEFORE}([^\\s"]\\S*)`, 'gu');
const RESOURCE = /^([^\s:/]+):(\S+)$/u;
/** The client drops marks after a name, all of them; what it takes for one in other scripts is not known. */
const MARKS = [/[^\w]+$/, /[^\p{L}\p{N}_]+$/u];
/** `@a.txt#L2-9`: a part of a file. */
const FRAGMENT = /#.*$/;

export function mentions(text: string): readonly ImpliedUse[] {
  const quoted = [...text.matchAll(QUOTED)].flatMap(([, name = '']) => [name, name.replace(FRAGMENT, '')]);
  const plain = [...text.matchAll(PLAIN)].map(([, name = '']) => name);
  const files = new Set([...quoted, ...plain.flatMap(filesOf)].filter((name) => name !== ''));
  return [
    ...[...files].map((file_path) => ({ module: BUILT_IN_MODULE, tool: 'Read', arguments: { file_path } })),
    ...new Set(plain),
  ].flatMap((use) => (typeof use === 'string' ? resourceOf(use) : [use]));
}

/** Tools that put words of the model into a text that is read like a prompt. */
const EXPANDING: ReadonlyMap<string, string> = new Map([
  ['Skill', 'args'],
  ['SlashCommand', 'command'],
]);

/** What such a call names. The text may say `@$ARGUMENTS`: then a word needs no `@` of its own to be a file. */
export function mentioned({ module, tool }: ToolRef, input: JsonObject): readonly ImpliedUse[] {
  const name = EXPANDING.get(tool);
  const given = module === BUILT_IN_MODULE && name !== undefined ? input[name] : undefined;
  if (typeof given !== 'string') return [];
  // What begins a command is its name, no file.
  const words = (tool === 'SlashCommand' ? given.replace(/^\s*\/\S*/u, '') : given).split(/\s+/u);
  const paths = words.filter((word) => /^[^@].*\/|^[~./]/u.test(word));
  return mentions([given, ...paths.map((path) => `@${path}`)].join(' '));
}

function filesOf(name: string): readonly string[] {
  const whole = name.replace(FRAGMENT, '');
  const bare = MARKS.map((marks) => whole.replace(marks, ''));
  return bare.includes('') ? [whole] : bare;
}

function resourceOf(name: string): readonly ImpliedUse[] {
  const [, server, uri] = RESOURCE.exec(name) ?? [];
  if (server === undefined || uri === undefined) return [];
  return [{ module: BUILT_IN_MODULE, tool: 'ReadMcpResourceTool', arguments: { server, uri } }];
}
