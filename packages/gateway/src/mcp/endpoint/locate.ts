// Whose a resource is. INVARIANT: only what a person accepted by its address or pattern, or what a result of that very module
// linked to, is read at all; where two modules could be meant, neither is.
import type { Definition, McpTool, Session } from '@castellan/contract';
import type { ServedModule } from '../host.ts';
import type { Catalogue, Entry } from './catalogue.ts';
import { MAX_URI } from './limits.ts';
import { modulePart, parseModulePart } from './names.ts';
import type { Seat } from './seat.ts';
import { fitting } from './templates.ts';

export interface Place {
  readonly module: ServedModule;
  /** As its server calls it. */
  readonly uri: string;
  /** What was accepted of it: itself, or the pattern it fits; null where a result linked to it. */
  readonly definition: Definition | null;
}

export function locate(seat: Seat, session: Session, asked: string, tool: McpTool): Place | null {
  if (asked.length > MAX_URI) return null;
  const { catalogue, host } = seat;
  const offered = (module: ServedModule): boolean => host.gate.offers(session, module.name, tool);
  const listed = catalogue.resources.get(asked);
  if (listed !== undefined) {
    return offered(listed.module)
      ? { module: listed.module, uri: listed.definition.name, definition: listed.definition }
      : null;
  }
  const part = parseModulePart(asked);
  const uri = part?.uri ?? asked;
  const linked = seat.linkOwner(uri);
  const fits = patternsFor(catalogue, uri).filter(({ module }) => part === null || module.name === part.module);
  const owners = new Set(fits.map(({ module }) => module.name));
  if (linked !== null && (part === null || linked === part.module)) owners.add(linked);
  const [owner] = owners;
  const module = owners.size === 1 ? catalogue.modules.find(({ name }) => name === owner) : undefined;
  const definition = fits[0]?.definition ?? null;
  if (module === undefined || !offered(module) || (definition === null && isHeldBack(module, uri))) return null;
  return { module, uri, definition };
}

/**
 * How a link that a result of a module gave is shown, so that it is read at that module and nowhere else. A pattern of another
 * module must not get what only this one knows of, and a link must not take the place of what another one has.
 */
export function linkShown({ catalogue }: Pick<Seat, 'catalogue'>, module: string, uri: string): string {
  const listed = catalogue.resources.get(uri)?.module.name ?? module;
  const clear = listed === module && patternsFor(catalogue, uri).every((entry) => entry.module.name === module);
  return clear ? uri : modulePart(module, uri);
}

const patternsFor = ({ entries }: Catalogue, uri: string): readonly Entry[] => fitting(entries.template, uri);

/** Accepted once and not offered now: a link does not bring it back. */
const isHeldBack = (module: ServedModule, uri: string): boolean =>
  module.lock.definitions.some(({ kind, name }) => kind === 'resource' && name === uri);
