// Who proposed or began something: an agent by its name, as everywhere; by its id where it is not known any more. And which scripts
// do not run although a version of them was approved.
import type { Client } from '@castellan/client';
import type { ScriptSummary } from '@castellan/contract';
import { visible } from '../../text/visible.ts';
import { whoText } from '../../text/words.ts';
import type { Who } from './words.ts';

export async function whoOf(client: Client): Promise<Who> {
  const answer = await client.agents();
  const names = new Map(answer.ok ? answer.value.agents.map(({ id, name }) => [`agent:${id}`, name]) : []);
  return (by) => {
    const name = names.get(by);
    return name === undefined ? whoText(by) : visible(name);
  };
}

/** By name: why it does not run. */
export async function stoppedOf(
  client: Client,
  scripts: readonly ScriptSummary[],
): Promise<ReadonlyMap<string, string>> {
  const stopped = new Map<string, string>();
  const status = await client.status();
  const alarms = status.ok ? status.value.alarms : [];
  const modified = alarms.filter(({ kind, endedAt }) => kind === 'script-modified' && endedAt === null);
  for (const { name, approved, latest } of scripts) {
    // What waits beside a version that was disabled hides that in a summary.
    const versions =
      approved === null && latest.state.kind === 'pending' && latest.number > 1
        ? await client.script({ params: { name } })
        : null;
    if (versions?.ok && versions.value.versions.some(({ state }) => state.kind === 'disabled'))
      stopped.set(name, 'disabled');
    if (approved !== null && modified.some(({ text }) => text.includes(`\`${name}\``)))
      stopped.set(name, 'MODIFIED: does not run');
  }
  return stopped;
}
