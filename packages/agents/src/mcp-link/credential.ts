// Which agent a client is that starts `castellan mcp`, and its credential. An agent that is connected by hooks is the same agent
// here, so that what its hook was told counts for the call that follows.
import { type AgentId, faultLine } from '@castellan/contract';
import { listConnections } from '../claude-code/connection.ts';
import { credentialOf } from '../claude-code/settings/entries.ts';
import { readSettings } from '../claude-code/settings/faults.ts';
import { type Done, done, undone } from '../fault.ts';
import { readIfThere } from '../files.ts';
import { listMcpConnections } from './kept.ts';

export interface McpCredential {
  readonly agent: AgentId;
  readonly credential: string;
}

const HOOKED = 'claude-code';
const HOW = '`castellan connect mcp --name NAME` makes one';

/** @param wanted a name or an id; null: the only one there is. */
export async function mcpCredential(home: string, wanted: string | null): Promise<Done<McpCredential>> {
  const kept = listMcpConnections(home);
  const named = kept.filter(({ name, agent }) => wanted === null || name === wanted || agent === wanted);
  const [found, ...more] = named;
  if (found !== undefined && more.length === 0) return done(found);
  if (found !== undefined) {
    const names = named.map(({ name, agent }) => (wanted === null ? name : agent)).toSorted();
    return undone('not-connected', `${named.length} agents are meant`, `say one with --agent: ${names.join(', ')}`);
  }
  const hooked = (await listConnections(home)).filter(({ agent }) =>
    wanted === null || wanted === HOOKED ? true : agent === wanted,
  );
  const [only, ...others] = hooked;
  if (only === undefined)
    return undone(
      'not-connected',
      wanted === null ? 'no agent is connected' : `no agent \`${wanted}\` is connected`,
      HOW,
    );
  if (others.length > 0) {
    const ids = hooked.map(({ agent }) => agent).toSorted();
    return undone('not-connected', `${hooked.length} agents are meant`, `say one with --agent: ${ids.join(', ')}`);
  }
  const settings = readSettings((await readIfThere(only.settingsPath).catch(() => null)) ?? '');
  if (!settings.ok) {
    const [fault] = settings.faults;
    return undone(
      'settings-rejected',
      `\`${only.settingsPath}\`: ${fault === undefined ? 'unreadable' : faultLine(fault)}`,
      'correct it, or connect again',
    );
  }
  const credential = credentialOf(settings.value);
  return credential?.agent === only.agent
    ? done({ agent: only.agent, credential: credential.credential })
    : undone('not-connected', `\`${only.settingsPath}\` holds no credential of \`${only.agent}\``, 'connect it again');
}
