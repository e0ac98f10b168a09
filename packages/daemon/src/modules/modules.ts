// The registry of modules: which servers a person accepted, and what of each may be used now. INVARIANT: a module is served
// only while its manifest is believed (P10) and a lock of it stands; whatever is missing, broken or different offers nothing.
import { type Judged, type McpModules, type Seen, type ServedModule, Upstreams } from '@castellan/gateway';
import type { StatePaths } from '../state/index.ts';
import type { Parts } from '../surfaces/index.ts';
import type { SignIns } from './sign-ins.ts';
import { upstreamHost } from './upstream-host.ts';

export interface ModulesHost {
  readonly parts: Parts;
  readonly paths: Pick<StatePaths, 'modules' | 'config'>;
  /** Of the daemon: the allowlist and `pass` are taken of it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signIns: SignIns | null;
}

export class Modules implements McpModules, AsyncDisposable {
  readonly #host: ModulesHost;
  readonly #listeners = new Set<(module: string) => void>();
  /** Their running servers: what the endpoint opens, with this registry as judge. */
  readonly upstreams: Upstreams;

  private constructor(host: ModulesHost) {
    this.#host = host;
    this.upstreams = new Upstreams(upstreamHost(host, this), { ownPorts: () => host.parts.ports.all });
  }

  static open(host: ModulesHost): Modules {
    return new Modules(host);
  }

  all(): readonly ServedModule[] {
    return [];
  }

  get(name: string): ServedModule | null {
    return this.all().find((module) => module.name === name) ?? null;
  }

  judge(module: string, _seen: Seen): Judged {
    return { kind: 'hold', why: `\`${module}\` is not accepted` };
  }

  subscribe(listener: (module: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.upstreams[Symbol.asyncDispose]();
    this.#listeners.clear();
  }
}
