// What an import would do, for a person: no value of a credential, nothing that is not visible.
import { mcpClient, type Survey } from '@castellan/agents';
import type { McpStart } from '@castellan/contract';
import { visible } from '../../../text/visible.ts';
import { plural } from '../../../text/words.ts';
import { cut, table } from '../../../text/wrap.ts';
import type { WantedModule } from './wanted.ts';

const commandText = (start: McpStart): string =>
  start.kind === 'mcp' ? [start.command, ...start.args].join(' ') : start.url;

/** @param tense what is said before it is done, and where it is not done. */
export function importLines(
  survey: Survey,
  wanted: readonly WantedModule[],
  tense: 'to be' | 'would be',
): readonly string[] {
  const rows = wanted.flatMap(({ name, start, secrets, from, isThere }) =>
    from.map(({ file, server }) => [
      mcpClient(file.file.client).title,
      visible(server.name),
      `→ ${name}${isThere ? ' (there already)' : ''}`,
      secrets.length === 0 ? '' : `${plural(secrets.length, 'secret')} to the vault`,
      cut(visible(commandText(start)), 60),
    ]),
  );
  const staying = survey.files.flatMap(({ file, servers }) =>
    servers.flatMap((server) =>
      server.kind === 'stays' ? [[mcpClient(file.client).title, visible(server.name), visible(server.why)]] : [],
    ),
  );
  // A module is there for every agent, in every folder: whoever had a server for one project hears of it first.
  const widened = wanted.flatMap(({ name, from, isThere }) => {
    const folders = [...new Set(from.map(({ server }) => server.project))];
    return isThere || folders.includes(null) ? [] : [[name, `now only in ${visible(folders.join(', '))}`]];
  });
  const faults = survey.faults.map(({ client, path, why }) => [mcpClient(client).title, visible(path), visible(why)]);
  return [
    ...(rows.length === 0 ? [] : [`${tense} moved behind Castellan:`, ...indented(table(rows))]),
    ...(widened.length === 0
      ? []
      : ['of one project now, and then for all your agents in all folders:', ...indented(table(widened))]),
    ...(staying.length + faults.length === 0
      ? []
      : [
          tense === 'to be' ? 'staying as they are:' : 'would stay as they are:',
          ...indented(table([...staying, ...faults])),
        ]),
  ];
}

const indented = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`);

/** The same as data. */
export const importData = (survey: Survey, wanted: readonly WantedModule[]) => ({
  modules: wanted.map(({ name, start, secrets, from }) => ({
    name,
    start: start.kind === 'mcp' ? [start.command, ...start.args] : start.url,
    secrets: secrets.map(({ key }) => key),
    from: from.map(({ file, server }) => ({
      client: file.file.client,
      file: file.file.path,
      name: server.name,
      project: server.project,
    })),
  })),
  staying: survey.files.flatMap(({ file, servers }) =>
    servers.flatMap((server) =>
      server.kind === 'stays' ? [{ client: file.client, file: file.path, name: server.name, why: server.why }] : [],
    ),
  ),
  unread: survey.faults,
});
