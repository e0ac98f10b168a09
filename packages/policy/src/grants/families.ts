// The families of effects a call's effects belong to, as narrow as still useful: the workspace for paths inside it, the
// folder of any other path, and the very host, recipient or command.
import type { Call, Effect, EffectFamily } from '@castellan/contract';

export function familiesOf(call: Call, effects: readonly Effect[]): readonly EffectFamily[] {
  const families = new Map<string, EffectFamily>();
  for (const effect of effects) {
    // What runs is the very program: its neighbours in the folder are others.
    const target = effect.targetKind === 'path' && effect.kind !== 'execute' ? folderFor(effect, call) : effect.target;
    const { kind, targetKind, resource } = effect;
    const family: EffectFamily = { kind, targetKind, target, ...(resource !== undefined && { resource }) };
    families.set(JSON.stringify(family), family);
  }
  return [...families.values()];
}

/** Folders nearer to the root than this (`/etc`, `/home/user`) hold too much to be granted for the sake of one file. */
const SHALLOWEST = 3;

function folderFor({ target }: Effect, { workspace }: Call): string {
  if (target === workspace || target.startsWith(`${workspace}/`)) return workspace;
  const folder = target.slice(0, Math.max(0, target.lastIndexOf('/')));
  return folder.split('/').length > SHALLOWEST ? folder : target;
}

const VERBS: Readonly<Record<EffectFamily['kind'], string>> = {
  read: 'read',
  write: 'change',
  delete: 'delete',
  execute: 'run',
  connect: 'connect to',
  send: 'send to',
  spend: 'spend at',
  escalate: 'escalate through',
  'change-safety': 'change safety of',
  unknown: 'do something unknown to',
};

/** "change anything in /home/user/project, connect to example.org". */
export function familiesText(families: readonly EffectFamily[], show: (text: string) => string): string {
  return families
    .map(({ kind, targetKind, target, resource }) => {
      const below = targetKind === 'path' && kind !== 'execute' ? ' and everything below it' : '';
      const what = resource === undefined ? '' : ` (${resource.replaceAll('-', ' ')})`;
      return `${VERBS[kind]} ${show(target)}${below}${what}`;
    })
    .join(', ');
}
