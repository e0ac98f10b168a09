// The plug-in as it is written for one agent: the parts in `bin` as one file, with what it must know filled in. INVARIANT: it is
// whole; what it imported from us could be missing one day, and OpenCode goes on without a plug-in that does not load.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AgentId, agentIdSchema, type ConnectMode } from '@castellan/contract';
import { binFolder } from '../bin-folder.ts';
import type { Command } from '../machine.ts';

const EMPTY = 'const CONNECTION = null;';
const FILLED = /^const CONNECTION = (\{.*\});$/m;

const HEAD =
  '// Castellan, for OpenCode: written by `castellan connect opencode`, and put back by it if it is changed.\n';

export interface PluginFacts {
  readonly mode: ConnectMode;
  /** `agents/ID/hook`. */
  readonly hook: string;
  readonly gateway: Command;
}

/** Each before what imports it. */
const PARTS = ['words', 'values', 'daemon', 'servers', 'sessions', 'outcome', 'message', 'plugin'] as const;
const OF_A_PART = /^import [^;]* from '\.\/[a-z]+\.mjs';\n/gm;
const OF_NODE = /^import [^;]* from 'node:[a-z]+';\n/gm;

/** One module of all: what they import from each other is there, and one name is left to be exported. */
async function wholeSource(): Promise<string> {
  const texts = await Promise.all(
    PARTS.map((part) => readFile(join(binFolder(), 'opencode-plugin', `${part}.mjs`), 'utf8')),
  );
  const imports = new Set(texts.flatMap((text) => text.match(OF_NODE) ?? []));
  const bodies = texts.map((text, index) => {
    const body = text.replace(OF_A_PART, '').replace(OF_NODE, '');
    return index === texts.length - 1 ? body : body.replace(/^export /gm, '');
  });
  return `${HEAD}${[...imports].join('')}\n${bodies.join('\n')}`;
}

export async function pluginText(facts: PluginFacts): Promise<string> {
  const source = await wholeSource();
  if (source.split(EMPTY).length !== 2) throw new Error('the plug-in of OpenCode has no place for what it must know');
  return source.replace(EMPTY, () => `const CONNECTION = ${JSON.stringify(facts)};`);
}

/** Whether a text is a plug-in of ours, whichever agent's. */
export const isPlugin = (text: string): boolean => FILLED.test(text);

/** The agent whose plug-in it is. */
export function agentOfPlugin(text: string): AgentId | null {
  const [, facts] = FILLED.exec(text) ?? [];
  const [, id] = /"hook":"[^"]*\/agents\/([^/"]+)\/hook"/.exec(facts ?? '') ?? [];
  const parsed = agentIdSchema.safeParse(id);
  return parsed.success ? parsed.data : null;
}
