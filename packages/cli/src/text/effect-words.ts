// What an effect is, in words a person knows: what happens, to what, where that is. One phrase for every value of the
// contract's lists, so that no new kind of thing is ever shown as a bare word of ours.
import type { Effect, EffectKind, Place, Resource } from '@castellan/contract';
import type { Tone } from './tone.ts';
import { visible } from './visible.ts';

/** Worst first. INVARIANT: `unknown` is never cheaper than the worst that is known. */
const VERBS: Readonly<Record<EffectKind, readonly [verb: string, rank: number, tone: Tone]>> = {
  unknown: ['may do anything', 0, 'danger'],
  'change-safety': ['changes safety', 1, 'danger'],
  escalate: ['gains rights', 2, 'danger'],
  delete: ['deletes', 6, 'danger'],
  spend: ['spends', 4, 'danger'],
  send: ['sends', 5, 'caution'],
  execute: ['runs', 3, 'caution'],
  connect: ['connects to', 8, 'caution'],
  write: ['changes', 7, 'caution'],
  read: ['reads', 9, 'plain'],
};

/** What a resource is called; it follows the verb: `deletes` + `a database`. */
export const RESOURCE_WORDS: Readonly<Record<Resource, string>> = {
  names: 'only names, sizes and times',
  credentials: 'keys or passwords',
  'shell-startup': 'what your shell or desktop runs by itself',
  repository: "the repository's own settings and hooks",
  permissions: 'who may read, change or run',
  worktree: 'changes that are not committed yet',
  history: 'commits, branches or stashes on this machine',
  'remote-history': 'commits that others have already',
  database: 'a database',
  disk: 'a whole disk',
  container: 'containers and what is in them',
  cluster: 'what runs in a cluster',
  cloud: 'what runs in the cloud',
  process: 'a running program',
  service: 'a service of this machine',
  schedule: 'what runs at set times',
  account: 'a user account of this machine',
  network: 'network settings',
  'system-package': 'software of the operating system',
  power: 'the power of this machine',
  'project-code': 'code of this project',
  'package-code': 'code that a package brings along',
  'downloaded-code': 'code just downloaded',
  'inline-code': 'a program written into the call',
  message: 'a message',
  issue: 'an issue, a pull request or a comment',
  commits: 'commits',
  package: 'a package, for everybody to install',
  api: 'a request',
  page: 'something to a web page',
  'agent-session': 'a session of an agent',
  fault: 'what castellan failed to read',
};

/** Where the two words together would sound odd. */
const TOGETHER: Readonly<Record<string, string>> = {
  'delete process': 'ends a running program',
  'delete power': 'switches this machine off or restarts it',
  'delete service': 'removes a service of this machine',
  'delete permissions': 'takes away who may read, change or run',
  'delete remote-history': 'overwrites or deletes commits that others have already',
  'delete worktree': 'throws away changes that are not committed yet',
  'delete disk': 'erases a whole disk',
  'write disk': 'overwrites a whole disk',
  'delete package': 'takes back a published package',
  'write package': 'publishes or changes a package',
  'send package': 'publishes a package, for everybody to install',
  'send page': 'sends something to a web page',
  'write system-package': 'installs or changes software of the operating system',
};

const PLACE_WORDS: Readonly<Record<Place, string>> = {
  workspace: 'in this project',
  temp: 'a temporary place',
  home: 'in your home folder',
  system: 'part of the operating system',
  device: 'a device',
  castellan: "Castellan's own folder",
  'agent-config': "an agent's settings or hooks",
  elsewhere: 'outside of this project',
  loopback: 'this machine',
  private: 'your local network',
  metadata: 'gives out the credentials of a cloud machine',
  public: 'the internet',
  unresolved: 'it is not known where that is',
  none: '',
};

/** What can be said more simply where it is known. */
export interface Home {
  readonly home?: string;
  readonly workspace?: string;
}

export const effectTone = ({ kind, certainty }: Effect): Tone => (certainty === 'unknown' ? 'danger' : VERBS[kind][2]);

/** `deletes`, `reads keys or passwords`. */
export function effectVerb({ kind, resource }: Pick<Effect, 'kind' | 'resource'>): string {
  if (resource === undefined) return kind === 'send' ? 'sends to' : VERBS[kind][0];
  return TOGETHER[`${kind} ${resource}`] ?? `${VERBS[kind][0]} ${RESOURCE_WORDS[resource]}`;
}

/** A program that is known does what the other lines say; one that is not may do anything. */
export const isKnownProgram = ({ kind, certainty, place, resource }: Effect): boolean =>
  kind === 'execute' && certainty === 'certain' && place === 'none' && resource === undefined;

function rankOf(effect: Effect): number {
  if (effect.certainty === 'unknown') return VERBS.unknown[1];
  return isKnownProgram(effect) ? VERBS.read[1] + 1 : VERBS[effect.kind][1];
}
export const worstFirst = (effects: readonly Effect[]): readonly Effect[] =>
  effects.toSorted((a, b) => rankOf(a) - rankOf(b));

/** The target, and where it lies: its path where the words do not name it, else its place. */
function targetText(effect: Effect, { home, workspace }: Home): readonly [text: string, aside: string] {
  const target = visible(effect.target);
  const place = PLACE_WORDS[effect.place];
  if (effect.targetKind !== 'path') return [target, place];
  const all = effect.recursive === true;
  const below = (text: string): string => (all ? `${text}, with everything below it` : text);
  switch (effect.target) {
    case '/':
      return [all ? 'everything on this machine' : 'the root of this machine', target];
    case home:
      return [all ? 'everything in your home folder' : 'your home folder', target];
    case workspace:
      return [all ? 'everything in this project' : 'this project', target];
    default:
      return home !== undefined && effect.target.startsWith(`${home}/`)
        ? [below(`~${visible(effect.target.slice(home.length))}`), place]
        : [below(target), place];
  }
}

function doubt({ certainty, kind }: Effect): readonly string[] {
  if (certainty === 'certain' || kind === 'unknown') return [];
  if (certainty === 'possible') return ['perhaps'];
  return [kind === 'execute' ? 'nobody can tell what it does' : 'it cannot be told'];
}

/** Whether the note only repeats what the target and its place say. */
function saysNothing({ note, place, recursive }: Effect): boolean {
  if (note === 'with everything below') return recursive === true;
  if (note?.startsWith('lies below ') === true) return true;
  if (note === 'Castellan’s own folder') return place === 'castellan';
  return note === 'an agent’s hooks and settings' && place === 'agent-config';
}

/** `~/site/build, with everything below it (in this project; perhaps): why this counts`. */
export function effectText(effect: Effect, known: Home = {}): string {
  const [target, where] = targetText(effect, known);
  const aside = [
    ...(where === '' ? [] : [where]),
    ...(effect.undoable === true && effect.kind !== 'read' ? ['can be undone'] : []),
    ...doubt(effect),
  ];
  const note = effect.note === undefined || saysNothing(effect) ? '' : `: ${visible(effect.note)}`;
  return `${target}${aside.length === 0 ? '' : ` (${aside.join('; ')})`}${note}`;
}

/** `deletes a database: `, `sends a message to `. */
export function effectLabel(effect: Effect): string {
  const verb = effectVerb(effect);
  if (effect.kind === 'send' && effect.resource !== undefined && !(`send ${effect.resource}` in TOGETHER))
    return `${verb} to `;
  const alone = effect.resource === undefined && !['unknown', 'change-safety', 'escalate'].includes(effect.kind);
  return alone ? `${verb} ` : `${verb}: `;
}

/** The whole line. */
export const effectSentence = (effect: Effect, known: Home = {}): string =>
  effectLabel(effect) + effectText(effect, known);
