// The Claude Code processes that our hooks do not hold, as a person is told of them: by how they were started, or by the project
// they work in. A session without hooks never tells of itself, so that only the process can be seen.
import type { Connector, Standing } from '../../connector.ts';
import { startedPast } from '../../watch/started.ts';
import { claudeAround } from './around.ts';
import { findBypasses, readsProject } from './bypass.ts';
import { claudeProcesses } from './processes.ts';

export const claudeBypasses: NonNullable<Connector['bypasses']> = async (connections, machine) => {
  const processes = await claudeProcesses();
  const started = startedPast('Claude Code', findBypasses(processes, connections, machine.home));
  const projects = processes.flatMap((process) =>
    connections
      .filter((connection) => readsProject(process, connection))
      .map(async (connection) => {
        const found: readonly Standing[] = await claudeAround(process.cwd, connection, machine);
        return found.map((standing) => ({ ...standing, agent: connection.agent }));
      }),
  );
  return [...started, ...(await Promise.all(projects)).flat()];
};
