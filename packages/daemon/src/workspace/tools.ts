// The tools of a workspace at our MCP endpoint. INVARIANT: what a call may reach is what was decided of it, looked up by the call that
// was let through: nothing here reads that from its arguments.
import { canonicalJson, type Definition, type Effect, type JsonObject } from '@castellan/contract';
import { type OwnTool, type OwnUse, shownName } from '@castellan/gateway';
import { type ToolWords, WORKSPACE_TOOLS } from '@castellan/sandbox';
import { sha256 } from '../digest.ts';
import { type DecidedHost, decidedHosts } from './decided-hosts.ts';
import { WORKSPACE_MODULE } from './module.ts';
import type { Workspaces } from './workspaces.ts';

function definitionOf({ name, title, description, inputSchema, annotations }: ToolWords): Definition {
  const shownAs = shownName(WORKSPACE_MODULE, name);
  const definition: JsonObject = {
    name: shownAs,
    title: `Castellan: ${title}`,
    description,
    inputSchema,
    annotations,
  };
  return { kind: 'tool', name: shownAs, digest: sha256(canonicalJson(definition)), definition };
}

/** Where a command of a session may go. */
interface Decided extends Pick<OwnUse, 'session' | 'call'> {
  readonly agent: OwnUse['session']['agent'];
  readonly hosts: readonly DecidedHost[];
}

const saying = (text: string): JsonObject => ({ content: [{ type: 'text', text }], isError: true });

/** @param effects what a call that is open was decided to do. @param allow told where a command may go by its way out of walls. */
export const workspaceTools = (
  workspaces: Workspaces,
  effects: (call: OwnUse['call']) => readonly Effect[],
  allow: (decided: Decided) => void,
): readonly OwnTool[] =>
  WORKSPACE_TOOLS.map((words) => ({
    module: WORKSPACE_MODULE,
    tool: words.name,
    definition: definitionOf(words),
    refused: saying,
    invalid: (message) => saying(`the arguments are not as the schema wants them: ${message}`),
    async run({ session, call, arguments: given, signal, progress }) {
      try {
        const decided = effects(call);
        const workspace = workspaces.of(session);
        // Whoever said yes to this command said yes to the hosts that it names.
        if (words.name === 'run_command') allow({ agent: session.agent, session, call, hosts: decidedHosts(decided) });
        return await workspace.use({ tool: words.name, arguments: given, effects: decided, signal, progress });
      } catch (error) {
        const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'unknown';
        return saying(`castellan: it failed: ${why.slice(0, 300)}`);
      }
    },
  }));
