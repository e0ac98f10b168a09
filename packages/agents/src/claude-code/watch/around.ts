// What the settings of a project, and of the machine, do to our hooks while a session works there.
import type { Connector, Standing } from '../../connector.ts';
import { type Interference, inspectAround } from '../settings/inspect-file.ts';

/** An isolated client leaves the settings of projects out. */
export const claudeAround: NonNullable<Connector['around']> = async (workspace, { scope }, machine) => {
  if (scope === 'isolated') return [];
  return (await inspectAround(workspace, scope, machine)).map(standing);
};

function standing(one: Interference): Standing {
  switch (one.kind) {
    case 'switched-off':
      return {
        kind: 'disabled',
        text: `${one.file}: \`${one.by}\` keeps the hooks from running`,
        hint: `end the agent and remove \`${one.by}\` from the file`,
      };
    case 'project-runs':
      return {
        kind: 'bypassed',
        text: `${one.file}: the project starts programs of its own, or says which are started (${one.by.join(', ')}), and nobody decides them`,
        hint: 'remove them, or use `castellan run claude-code`, which leaves project settings out',
      };
    case 'project-hooks':
      return {
        kind: 'bypassed',
        text: `${one.file}: the project starts hooks of its own (${one.events.join(', ')}), whose commands nobody decides`,
        hint: 'remove them, or use `castellan run claude-code`, which leaves project settings out',
      };
  }
}
