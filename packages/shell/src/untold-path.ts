// A path that is not known is never cheaper than one that is: beside what could not be told stands what the command does to paths,
// wherever they lie. INVARIANT: nothing here is certain, and nothing of it counts as done for what follows.
import type { EffectKind, Resource } from '@castellan/contract';
import type { Field } from './field.ts';
import { pathResource } from './path-resource.ts';
import { add, type Run } from './run.ts';
import type { State } from './state.ts';

export interface Untold {
  readonly recursive?: boolean;
  readonly resource?: Resource;
  readonly certainty?: unknown;
}

/** Something is read, written or deleted below the folder a word begins with, or anywhere. */
export function addUntoldPath(
  run: Run,
  kind: Extract<EffectKind, 'read' | 'write' | 'delete'>,
  word: Field,
  state: State,
  { recursive, resource }: Untold = {},
  under = word.kind === 'unknown' ? (word.under ?? '') : word.text,
): void {
  const { span } = word;
  const folder = under.slice(0, under.lastIndexOf('/') + 1);
  const about = word.kind === 'unknown' && word.about !== undefined ? `$${word.about}` : '…';
  const more = {
    targetKind: 'path',
    certainty: 'unknown',
    span,
    ...(recursive === true ? { recursive } : {}),
  } as const;
  const cwds = folder.startsWith('/') ? ['/'] : (state.cwds ?? []);
  if (folder === '' || folder === '/' || cwds.length === 0) {
    add(run, {
      ...more,
      kind,
      target: about,
      place: 'elsewhere',
      note: 'a path that is not known',
      ...(resource === undefined ? {} : { resource }),
    });
    return;
  }
  for (const cwd of cwds) {
    const { path, place } = run.facts.resolvePath(folder.startsWith('/') ? folder : `./${folder}`, {
      cwd,
      workspace: run.workspace,
    });
    const own = resource === 'names' ? undefined : pathResource(path, run.facts.home);
    const what = own ?? resource;
    add(run, {
      ...more,
      kind,
      target: path,
      place,
      note: 'a path below it that is not known',
      ...(what === undefined ? {} : { resource: what }),
    });
  }
}
