// Whose a resource is. INVARIANT: only what a person accepted by its address or pattern, or what a result of that very module
// linked to, is read at all; where two modules could be meant, neither is.
import type { Definition, McpTool, Session } from '@castellan/contract';
import type { ServedModule } from '../host.ts';
import { parseModulePart } from './names.ts';
import type { Seat } from './seat.ts';
import { fitting } from './templates.ts';

export interface Place {
  readonly module: ServedModule;
  /** As its server calls it. */
  readonly uri: string;
  /** What was accepted of it: itself, or the pattern it fits; null where a result linked to it. */
  readonly definition: Definition | null;
}

/** Longer addresses are nobody's, and matching patterns takes time. */
const MAX_URI = 2_048;

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
  const templates = catalogue.entries.template;
  const fits = fitting(part === null ? templates : templates.filter(({ module }) => module.name === part.module), uri);
  const owners = new Set(fits.map(({ module }) => module.name));
  const first = fits[0];
  if (owners.size > 1) return null;
  if (first !== undefined)
    return offered(first.module) ? { module: first.module, uri, definition: first.definition } : null;
  const owner = seat.linkOwner(asked);
  const module = owner === null ? undefined : catalogue.modules.find(({ name }) => name === owner);
  return module !== undefined && !isHeldBack(module, uri) && offered(module) ? { module, uri, definition: null } : null;
}

/** Accepted once and not offered now: a link does not bring it back. */
const isHeldBack = (module: ServedModule, uri: string): boolean =>
  module.lock.definitions.some(({ kind, name }) => kind === 'resource' && name === uri);
