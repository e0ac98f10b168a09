// Every version there is, in memory as in the rows. INVARIANT: what lets more run is in its row before it counts; what lets less
// run counts at once, whatever the disk does.
import type { Digest, ScriptName, ScriptVersion } from '@castellan/contract';
import type { Shelf } from './pins.ts';
import type { Rows } from './rows.ts';

type OfScript = Map<Digest, ScriptVersion>;

export class Book implements Shelf {
  readonly #rows: Rows;
  readonly #scripts = new Map<ScriptName, OfScript>();

  private constructor(rows: Rows, versions: readonly ScriptVersion[]) {
    this.#rows = rows;
    for (const version of versions) this.#set(version);
  }

  static async open(rows: Rows): Promise<{ readonly book: Book; readonly damaged: number }> {
    const { versions, damaged } = await rows.all();
    return { book: new Book(rows, versions), damaged };
  }

  names(): readonly ScriptName[] {
    return [...this.#scripts.keys()].sort();
  }

  all(): readonly ScriptVersion[] {
    return [...this.#scripts.values()].flatMap((versions) => [...versions.values()]);
  }

  /** Newest first. */
  of(script: string): readonly ScriptVersion[] {
    return [...(this.#scripts.get(script)?.values() ?? [])].sort((a, b) => b.number - a.number);
  }

  find(script: string, digest: string): ScriptVersion | null {
    return this.#scripts.get(script)?.get(digest as Digest) ?? null;
  }

  approved(script: string): ScriptVersion | null {
    const all = [...(this.#scripts.get(script)?.values() ?? [])].filter(({ state }) => state.kind === 'approved');
    // Two are none: nobody could tell which was meant.
    return all.length === 1 ? (all[0] ?? null) : null;
  }

  /** The row first. */
  async put(versions: readonly ScriptVersion[], gone: readonly ScriptVersion[] = []): Promise<void> {
    await this.#rows.put(versions, gone);
    for (const version of versions) this.#set(version);
    for (const version of gone) this.#delete(version);
  }

  /** Memory first: of what takes something away. */
  async take(version: ScriptVersion): Promise<void> {
    this.#set(version);
    await this.#rows.put([version]);
  }

  #set(version: ScriptVersion): void {
    const versions: OfScript = this.#scripts.get(version.script) ?? new Map();
    versions.set(version.digest, version);
    this.#scripts.set(version.script, versions);
  }

  #delete({ script, digest }: ScriptVersion): void {
    const versions = this.#scripts.get(script);
    versions?.delete(digest);
    if (versions?.size === 0) this.#scripts.delete(script);
  }
}
