// Everything an endpoint offers, from what people accepted. INVARIANT: nothing is asked of a server for it, the order is stable,
// and what is not in `offered` is not here.
import { type Definition, type DefinitionKind, type JsonObject, type JsonValue, MCP_TOOLS } from '@castellan/contract';
import type { ServedModule } from '../host.ts';
import { modulePart, shownName } from './names.ts';

/** One thing of one module, and how this endpoint shows it. */
export interface Entry {
  readonly module: ServedModule;
  readonly definition: Definition;
  readonly shownAs: string;
  readonly shown: JsonObject;
  /** What the gate knows the use of it by. */
  readonly tool: string;
}

export interface Catalogue {
  readonly modules: readonly ServedModule[];
  readonly entries: Readonly<Record<DefinitionKind, readonly Entry[]>>;
  readonly tools: ReadonlyMap<string, Entry>;
  readonly prompts: ReadonlyMap<string, Entry>;
  /** By what is shown, and by `castellan:MODULE:URI`. */
  readonly resources: ReadonlyMap<string, Entry>;
}

/** @param only the one module of the endpoint, whose names are as its server says them; null: all, named `module__name`. */
export function buildCatalogue(all: readonly ServedModule[], only: string | null): Catalogue {
  const modules = all.filter((module) => only === null || module.name === only);
  modules.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const shared = only === null ? sharedUris(modules) : new Set<string>();
  const entries: Record<DefinitionKind, Entry[]> = { tool: [], prompt: [], resource: [], template: [] };
  for (const module of modules) {
    for (const definition of module.offered) {
      entries[definition.kind].push(entryOf(module, definition, only === null, shared));
    }
  }
  entries.tool = alone(entries.tool);
  entries.prompt = alone(entries.prompt);
  const resources = byName(entries.resource);
  for (const entry of entries.resource) resources.set(modulePart(entry.module.name, entry.definition.name), entry);
  return { modules, entries, tools: byName(entries.tool), prompts: byName(entries.prompt), resources };
}

/** Two things of one name are neither: nobody could tell which would run. Names are made so that this takes an attack. */
function alone(entries: readonly Entry[]): Entry[] {
  const count = new Map<string, number>();
  for (const { shownAs } of entries) count.set(shownAs, (count.get(shownAs) ?? 0) + 1);
  return entries.filter(({ shownAs }) => count.get(shownAs) === 1);
}

const byName = (entries: readonly Entry[]): Map<string, Entry> =>
  new Map(entries.map((entry) => [entry.shownAs, entry]));

/** URIs (and patterns) that more than one module has: no module may take the place of another's. */
function sharedUris(modules: readonly ServedModule[]): ReadonlySet<string> {
  const owners = new Map<string, string>();
  const shared = new Set<string>();
  for (const module of modules) {
    for (const { kind, name } of module.offered) {
      if (kind !== 'resource' && kind !== 'template') continue;
      const owner = owners.get(name);
      if (owner === undefined) owners.set(name, module.name);
      else if (owner !== module.name) shared.add(name);
    }
  }
  return shared;
}

function entryOf(module: ServedModule, definition: Definition, all: boolean, shared: ReadonlySet<string>): Entry {
  const { kind, name } = definition;
  switch (kind) {
    case 'tool':
    case 'prompt': {
      const shownAs = all ? shownName(module.name, name) : name;
      const shown = { ...withoutTasks(definition.definition), name: shownAs };
      const tool = kind === 'tool' ? name : MCP_TOOLS.getPrompt;
      return { module, definition, shownAs, shown: all ? titled(shown, module, name) : shown, tool };
    }
    case 'resource':
    case 'template': {
      const shownAs = shared.has(name) ? modulePart(module.name, name) : name;
      const member = kind === 'resource' ? 'uri' : 'uriTemplate';
      const shown = { ...definition.definition, [member]: shownAs };
      return {
        module,
        definition,
        shownAs,
        shown: all ? titled(shown, module, name, textOf(shown.name)) : shown,
        tool: MCP_TOOLS.readResource,
      };
    }
  }
}

/** Tasks are not served, so no tool says that it takes them. */
function withoutTasks(definition: JsonObject): JsonObject {
  if (!Object.hasOwn(definition, 'execution')) return definition;
  const { execution: _execution, ...rest } = definition;
  return rest;
}

/** A person who looks at a list of many servers sees whose each thing is. @param said what else its server calls it. */
function titled(shown: JsonObject, module: ServedModule, name: string, said?: string): JsonObject {
  const own = textOf(shown.title) ?? annotatedTitle(shown.annotations) ?? said ?? name;
  return { ...shown, title: `${module.title}: ${own}` };
}

const textOf = (value: JsonValue | undefined): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

const annotatedTitle = (annotations: JsonValue | undefined): string | undefined =>
  typeof annotations === 'object' && annotations !== null && !Array.isArray(annotations)
    ? textOf((annotations as JsonObject).title)
    : undefined;
