// Packages that were installed for a plan and are started by nothing: they go. INVARIANT: nothing goes while something is being
// planned, or while any manifest in force, any plan that may still be added or any file of the modules folder names it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { McpStart } from '@castellan/contract';
import { collectPackages } from '@castellan/gateway';
import type { Clock } from '../clock.ts';

/** As long as a plan may be added. */
const EVERY_MS = 600_000;

export interface InstalledHost {
  /** The modules folder. */
  readonly folder: string;
  readonly clock: Clock;
  /** Of everything that is in force or planned. */
  readonly starts: () => readonly McpStart[];
}

export class InstalledPackages {
  readonly #host: InstalledHost;
  readonly #stop: () => void;
  #planning = 0;
  #collecting: Promise<void> = Promise.resolve();

  constructor(host: InstalledHost) {
    this.#host = host;
    this.#stop = host.clock.every(EVERY_MS, () => this.collect());
    // What an earlier daemon planned is planned no more.
    this.collect();
  }

  /** Runs something that installs; from its end on somebody must name what was installed. */
  async installing<T>(work: () => Promise<T>): Promise<T> {
    this.#planning += 1;
    try {
      await this.#collecting;
      return await work();
    } finally {
      this.#planning -= 1;
    }
  }

  /** Not now where something is being planned: it comes again. A disk that fails keeps what it has. */
  collect(): void {
    if (this.#planning > 0) return;
    this.#collecting = this.#collecting.then(() => this.#collect()).catch(() => undefined);
  }

  /** Waits for what goes. */
  async close(): Promise<void> {
    this.#stop();
    await this.#collecting;
  }

  async #collect(): Promise<void> {
    const { folder, starts } = this.#host;
    const files = readdirSync(folder, { withFileTypes: true }).filter((each) => each.isFile());
    const texts = [...starts().flatMap(wordsOf), ...files.map(({ name }) => readFileSync(join(folder, name), 'utf8'))];
    // Below the folder, not from the root: the state folder may be reached by another name than it was then.
    await collectPackages(join(folder, 'packages'), (below) =>
      texts.some((text) => text.includes(`/packages/${below}/`)),
    );
  }
}

const wordsOf = (start: McpStart): readonly string[] =>
  start.kind === 'mcp' ? [start.command, ...start.args, ...Object.values(start.env)] : [];
