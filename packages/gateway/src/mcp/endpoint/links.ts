// Resources that results linked to, and whose they are. INVARIANT: bounded in number and characters; of two modules that both
// linked to one, neither has it.
import { LINK_CHARS, MAX_LINKS, MAX_URI } from './limits.ts';

export class Links {
  readonly #owners = new Map<string, string | null>();
  #chars = 0;

  add(module: string, uri: string): void {
    // Nobody can read it: it would only take the place of those that can be.
    if (uri.length > MAX_URI) return;
    const owner = this.#owners.get(uri);
    if (owner === undefined) this.#chars += uri.length;
    this.#owners.set(uri, owner === undefined || owner === module ? module : null);
    for (const oldest of this.#owners.keys()) {
      if (this.#owners.size <= MAX_LINKS && this.#chars <= LINK_CHARS) break;
      this.#owners.delete(oldest);
      this.#chars -= oldest.length;
    }
  }

  owner(uri: string): string | null {
    return this.#owners.get(uri) ?? null;
  }

  clear(): void {
    this.#owners.clear();
    this.#chars = 0;
  }
}
