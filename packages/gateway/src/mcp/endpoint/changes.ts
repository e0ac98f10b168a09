// Tells clients that a list has changed, of what they may see. Changes that come together are told once.
import type { DefinitionKind, Session } from '@castellan/contract';
import type { McpClock, McpGate } from '../host.ts';
import type { Catalogue, Entry } from './catalogue.ts';
import type { Catalogues } from './catalogues.ts';
import { CHANGES_MS } from './limits.ts';
import type { Seat } from './seat.ts';

const NOTICE: Readonly<Record<DefinitionKind, string>> = {
  tool: 'notifications/tools/list_changed',
  prompt: 'notifications/prompts/list_changed',
  resource: 'notifications/resources/list_changed',
  template: 'notifications/resources/list_changed',
};
const KINDS: readonly DefinitionKind[] = ['tool', 'prompt', 'resource', 'template'];

export interface ChangesHost {
  readonly clock: McpClock;
  readonly gate: McpGate;
  readonly catalogues: Catalogues;
  readonly seats: () => Iterable<Seat>;
}

/** Called with whatever changed; @returns what stops it. */
export function tellChanges(host: ChangesHost): { readonly changed: () => void; readonly stop: () => void } {
  let before: ReadonlyMap<string | null, Catalogue> | null = null;
  let cancel: (() => void) | null = null;
  const tell = (): void => {
    const old = before;
    before = null;
    cancel = null;
    if (old === null) return;
    for (const seat of host.seats()) {
      const was = old.get(seat.only);
      if (was === undefined || seat.known === null) continue;
      for (const notice of noticesFor(host.gate, seat.known, was, seat.catalogue)) seat.emit(notice);
    }
  };
  return {
    changed: () => {
      // What was made before the first of several changes is what clients were told.
      const made = host.catalogues.renew();
      before ??= made;
      cancel ??= host.clock.after(CHANGES_MS, tell);
    },
    stop: () => cancel?.(),
  };
}

function noticesFor(gate: McpGate, session: Session, was: Catalogue, is: Catalogue): ReadonlySet<string> {
  const seen = (entries: readonly Entry[]): string =>
    JSON.stringify(
      entries
        .filter(({ module, tool }) => gate.offers(session, module.name, tool))
        .map(({ shownAs, definition }) => [shownAs, definition.digest]),
    );
  const changed = KINDS.filter((kind) => seen(was.entries[kind]) !== seen(is.entries[kind]));
  return new Set(changed.map((kind) => NOTICE[kind]));
}
