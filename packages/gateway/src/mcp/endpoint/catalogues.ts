// The catalogue of each endpoint, made once and again after something changed.
import type { McpModules } from '../host.ts';
import { buildCatalogue, type Catalogue } from './catalogue.ts';

export class Catalogues {
  readonly #modules: McpModules;
  readonly #made = new Map<string | null, Catalogue>();

  constructor(modules: McpModules) {
    this.#modules = modules;
  }

  of(only: string | null): Catalogue {
    const made = this.#made.get(only);
    if (made !== undefined) return made;
    const catalogue = buildCatalogue(this.#modules.all(), only);
    // A client chooses `only`: names of no module are not remembered.
    if (only === null || catalogue.modules.length > 0) this.#made.set(only, catalogue);
    return catalogue;
  }

  /** Forgets what was made. @returns what it was. */
  renew(): ReadonlyMap<string | null, Catalogue> {
    const before = new Map(this.#made);
    this.#made.clear();
    return before;
  }
}
