// Which modules a person's servers become: one for each name and start, whatever the number of clients that have it. Pure.
import { createHash } from 'node:crypto';
import type { FoundSecret, KeptMove, MovableServer, SurveyedFile } from '@castellan/agents';
import { canonicalJson, type Digest, type JsonValue, type McpStart, type ModuleSummary } from '@castellan/contract';

export interface WantedModule {
  readonly digest: Digest;
  /** Its name; on a conflict another one with a number. */
  readonly name: string;
  /** As the clients call it. */
  readonly title: string;
  readonly start: McpStart;
  readonly secrets: readonly FoundSecret[];
  readonly from: readonly { readonly file: SurveyedFile; readonly server: MovableServer }[];
  /** It was moved before and is still there. */
  readonly isThere: boolean;
}

/** Letters, digits, `-` and `_`, but not the two that stand between a module and its tool. */
export function moduleName(title: string): string {
  const name = title
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, '-')
    .replaceAll(/_{2,}/g, '_')
    .replace(/^[-_]+/, '')
    .replace(/[-_]+$/, '')
    .slice(0, 50);
  return name === '' ? 'server' : name;
}

/** The name itself, then with a number: `github`, `github-2`, … */
export function* namesFrom(name: string): Generator<string> {
  yield name;
  for (let number = 2; number < 20; number += 1) yield `${name}-${number}`;
}

function digestOf({ name, start, secrets }: MovableServer): Digest {
  const whole = { name, start, secrets } as unknown as JsonValue;
  return `sha256:${createHash('sha256').update(canonicalJson(whole)).digest('hex')}`;
}

/** A module as the daemon lists it. */
type Module = Pick<ModuleSummary, 'name' | 'source'>;

/** @param modules those that are there. @param moves what was moved before: the same server again is the same module. */
export function wantedModules(
  files: readonly SurveyedFile[],
  modules: readonly Module[],
  moves: readonly KeptMove[],
): readonly WantedModule[] {
  const before = new Map(moves.flatMap(({ move }) => move.entries.map((entry) => [entry.digest, entry.module])));
  const wanted = new Map<Digest, WantedModule>();
  const there = new Set(modules.map(({ name }) => name));
  // A name that comes with Castellan is free for the very server it means; the daemon says so.
  const taken = new Set(modules.filter(({ source }) => !source.startsWith('shipped/')).map(({ name }) => name));
  for (const file of files)
    for (const server of file.servers) {
      if (server.kind !== 'movable') continue;
      const digest = digestOf(server);
      const known = wanted.get(digest);
      const from = [...(known?.from ?? []), { file, server }];
      const old = before.get(digest);
      const isThere = old !== undefined && there.has(old);
      const name =
        known?.name ?? (isThere ? old : (firstFree(moduleName(server.name), taken) ?? moduleName(server.name)));
      taken.add(name);
      wanted.set(digest, {
        digest,
        name,
        title: server.name,
        start: server.start,
        secrets: server.secrets,
        from,
        isThere,
      });
    }
  return [...wanted.values()];
}

const firstFree = (name: string, taken: ReadonlySet<string>): string | undefined =>
  [...namesFrom(name)].find((each) => !taken.has(each));
