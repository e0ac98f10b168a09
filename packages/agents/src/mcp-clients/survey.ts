// Looks through a person's files for servers. Nothing is changed, nothing is started.
import { type ReadClientFile, readClientFile } from './client-file.ts';
import { mcpClient } from './clients.ts';
import { type ClientPlaces, type FoundServer, MCP_CLIENTS, type McpClientName, type Reading } from './found.ts';

export interface SurveyedFile {
  readonly file: ReadClientFile;
  readonly servers: readonly FoundServer[];
}

export interface Survey {
  readonly files: readonly SurveyedFile[];
  /** Files that are there and were not understood. */
  readonly faults: readonly { readonly client: McpClientName; readonly path: string; readonly why: string }[];
}

/** Every file of these clients that has servers, each file once. */
export async function surveyClients(
  places: ClientPlaces,
  reading: Reading,
  only: McpClientName | null,
): Promise<Survey> {
  const files: SurveyedFile[] = [];
  const faults: Survey['faults'][number][] = [];
  const seen = new Set<string>();
  for (const name of only === null ? MCP_CLIENTS : [only]) {
    const client = mcpClient(name);
    for (const candidate of client.files(places)) {
      const read = await readClientFile(candidate, places.userHome);
      if (read.kind === 'absent') continue;
      const fault = (why: string): void => void faults.push({ client: name, path: candidate.path, why });
      if (read.kind === 'refused') {
        fault(read.why);
        continue;
      }
      // The home folder may be the project too.
      if (seen.has(read.file.realPath)) continue;
      seen.add(read.file.realPath);
      const found = client.read(read.file.text, candidate, reading);
      if (!found.ok) fault(found.why);
      else if (found.servers.length > 0) files.push({ file: read.file, servers: found.servers });
    }
  }
  return { files, faults };
}
