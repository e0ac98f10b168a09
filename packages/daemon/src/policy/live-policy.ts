// The policy in force. Reloads are atomic: a new policy replaces the old one whole or not at all, and a bad file keeps
// the last good one and says why (P13). INVARIANT: nothing here can loosen by failing.
import { existsSync, watch } from 'node:fs';
import { type Digest, faultLine } from '@castellan/contract';
import { readPolicy, shippedPolicyFolder, writeFileAtomic } from '@castellan/facts';
import { compilePolicy, type Policy } from '@castellan/policy';
import type { Clock } from '../clock.ts';
import { StartError } from '../start-error.ts';
import type { StatePaths } from '../state/index.ts';
import { type ConfigChange, changeConfig } from './change-config.ts';

export interface PolicyChangeNote {
  readonly change: 'loaded' | 'rejected';
  readonly policy: Digest;
  readonly by: string;
  readonly faults: readonly string[];
}

export interface LivePolicyHost {
  readonly paths: StatePaths;
  readonly clock: Clock;
  changed(note: PolicyChangeNote): void;
  /** What the next start would refuse for reasons that are no policy's, or null. */
  objection(policy: Policy): string | null;
}

type Loaded =
  | { readonly ok: true; readonly policy: Policy }
  | { readonly ok: false; readonly faults: readonly string[] };

/** Files are written in steps by editors; one reload follows the last of them. */
const SETTLE_MS = 150;

export class LivePolicy implements Disposable {
  readonly #host: LivePolicyHost;
  readonly #stops: (() => void)[] = [];
  #policy: Policy;
  #faults: readonly string[] = [];
  #stopSettling = (): void => {};

  private constructor(host: LivePolicyHost, policy: Policy) {
    this.#host = host;
    this.#policy = policy;
  }

  /** @throws StartError listing every fault when there is no good policy to start with. */
  static open(host: LivePolicyHost): LivePolicy {
    const loaded = load(host.paths);
    if (!loaded.ok) {
      throw new StartError('bad-policy', `the policy in \`${host.paths.home}\` has faults`, [
        ...loaded.faults,
        '`castellan policy check` shows them again once corrected',
      ]);
    }
    return new LivePolicy(host, loaded.policy);
  }

  get policy(): Policy {
    return this.#policy;
  }

  get configFile(): string {
    return this.#host.paths.config;
  }

  get faults(): readonly string[] {
    return this.#faults;
  }

  /** Reads the folder again. @returns the faults that kept the old policy, or none. */
  reload(by: string): readonly string[] {
    this.#stopSettling();
    const loaded = this.#reread();
    const before = `${this.#policy.digest} ${this.#faults.join()}`;
    if (loaded.ok) this.#policy = loaded.policy;
    this.#faults = loaded.ok ? [] : loaded.faults;
    if (before !== `${this.#policy.digest} ${this.#faults.join()}`) {
      this.#host.changed({
        change: loaded.ok ? 'loaded' : 'rejected',
        policy: this.#policy.digest,
        by,
        faults: this.#faults,
      });
    }
    return this.#faults;
  }

  /** Follows the folder from now on: once everything that a change tells is open. */
  watch(): void {
    const { home, modules, rules } = this.#host.paths;
    const soon = (): void => {
      this.#stopSettling();
      this.#stopSettling = this.#host.clock.after(SETTLE_MS, () => this.reload('file'));
    };
    for (const folder of [home, modules, rules]) {
      const watcher = watch(folder, { persistent: false }, (_event, name) => {
        if (folder !== home || name === 'config.yaml' || name === 'modules' || name === 'rules') soon();
      });
      // A watcher that breaks must not end the daemon; the slow poll below still sees changes.
      watcher.on('error', () => undefined);
      this.#stops.push(() => watcher.close());
    }
    this.#stops.push(this.#host.clock.every(5000, () => this.reload('file')));
  }

  /** Changes config.yaml and takes it into force, or leaves both as they were and says why. */
  change(change: ConfigChange, by: string): readonly string[] {
    if (change.change === 'accept' || change.change === 'accept-server') {
      const own = this.#policy.modules.find(({ manifest }) => manifest.name === change.module);
      // What was looked at is what is accepted: a file that changed meanwhile is another one.
      if (own === undefined || own.source.startsWith('shipped/'))
        return [`\`${change.module}\` is no module of your own`];
      if (own.digest !== change.digest)
        return [`the manifest of \`${change.module}\` is another one now: look at it again`];
    }
    if (change.change === 'sandbox') {
      const named = this.#policy.modules.find(({ manifest }) => manifest.name === change.module);
      if (named?.manifest.start.kind !== 'mcp')
        return [`\`${change.module}\` is no module with a server that is started here`];
    }
    const { config } = this.#host.paths;
    const written = changeConfig(config, change, this.#policy.config);
    if (!written.ok) return written.faults.map(faultLine);
    const faults = this.reload(by);
    if (faults.length === 0) return [];
    // Well-formed, but not with the modules that are there: the file goes back to what it was.
    writeFileAtomic(config, written.value, 0o600);
    this.reload(by);
    return faults;
  }

  #reread(): Loaded {
    if (!existsSync(this.#host.paths.config))
      return { ok: false, faults: ['`config.yaml` is gone: restore it, or write a new one'] };
    const loaded = load(this.#host.paths);
    const objection = loaded.ok ? this.#host.objection(loaded.policy) : null;
    return objection === null ? loaded : { ok: false, faults: [objection] };
  }

  [Symbol.dispose](): void {
    this.#stopSettling();
    for (const stop of this.#stops) stop();
  }
}

function load(paths: StatePaths): Loaded {
  const source = readPolicy({ folder: paths.home, shippedFolder: shippedPolicyFolder });
  if (!source.ok) return { ok: false, faults: source.faults.map(faultLine) };
  const compiled = compilePolicy(source.value);
  if (!compiled.ok) return { ok: false, faults: compiled.faults.map(faultLine) };
  return { ok: true, policy: compiled.value };
}
