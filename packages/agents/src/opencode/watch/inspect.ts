// Whether what we wrote stands as we wrote it, and whether OpenCode finds it there.
import { pathToFileURL } from 'node:url';
import type { Connection } from '../../connection/connection.ts';
import { digestOf } from '../../connection/record.ts';
import type { Connector, Standing } from '../../connector.ts';
import { readIfThere } from '../../files.ts';
import { parseJsonc } from '../../mcp-clients/text/json-members.ts';
import { valueIn } from '../../mcp-clients/text/json-put.ts';
import { PLUGIN_NAME } from '../places.ts';

const AGAIN = 'if this was not you, end the agent; then run `castellan connect opencode` again';

export const inspectOpenCode: Connector['inspect'] = async (connection) => {
  const plugin = connection.files.find(({ path }) => path.endsWith(PLUGIN_NAME))?.path;
  const faults = await Promise.all(connection.files.map((file) => faultOf(file, connection, plugin)));
  const standings = faults.flatMap((text): readonly Standing[] =>
    text === null ? [] : [{ kind: 'missing', text, hint: AGAIN }],
  );
  if (plugin === undefined) return [{ kind: 'missing', text: 'the record names no plug-in', hint: AGAIN }];
  return standings.length === 0 ? [{ kind: 'intact' }] : standings;
};

async function faultOf(
  { path, written }: Connection['files'][number],
  { scope }: Connection,
  plugin: string | undefined,
): Promise<string | null> {
  const text = await readIfThere(path);
  if (text === null) return `${path}: it is gone`;
  // The machine's settings are its owner's: they may say more, as long as they name the plug-in.
  if (scope === 'managed' && path !== plugin) {
    const list = valueIn(parseJsonc(text), ['plugin']);
    const named = plugin !== undefined && Array.isArray(list) && list.includes(pathToFileURL(plugin).href);
    return named ? null : `${path}: it does not name the plug-in any more`;
  }
  return digestOf(text) === written ? null : `${path}: it is not what was written`;
}
