// Every module and where it stands: follows the policy and the lock files, and judges what running servers offer.
// INVARIANT: what differs from the lock is held back in the same step in which it is seen, and stays held back over a restart.
import type { AlarmKind, Config, Definition, ModuleLock } from '@castellan/contract';
import type { Judged, Seen, ServedModule, ServerNote } from '@castellan/gateway';
import type { Policy } from '@castellan/policy';
import { type Bound, boundLock, digestOfLock } from './bound-lock.ts';
import type { ModulesHost } from './host.ts';
import { type Kept, LockFiles, type SeenThen } from './lock-files.ts';
import { Restless } from './restless.ts';
import { differencesOf, digestOfSeen, heldWhole, type Standing, standingOf, startOf } from './standing.ts';

/** One crash is mended by the next start; a server that does it again before it ran well is a person's business. */
const CRASHES_TOLD = 2;

export class Registry {
  readonly files: LockFiles;
  readonly #host: ModulesHost;
  readonly #listeners = new Set<(module: string) => void>();
  /** Before the files: what could not be written is held back all the same. */
  readonly #seen = new Map<string, SeenThen>();
  /** Locks as they were accepted, to tell what differs from them. */
  readonly #accepted = new Map<string, ModuleLock>();
  /** Of the strange lock of each module that was recorded. */
  readonly #strange = new Map<string, string>();
  readonly #restless = new Restless();
  /** Crashes in a row, by module, and what was said of the last. */
  readonly #crashes = new Map<string, { readonly count: number; readonly text: string }>();
  /** Whose walls could not stand, and why. */
  readonly #unwalled = new Map<string, string>();
  #policy: Policy | null = null;
  #state = '';
  #standings: ReadonlyMap<string, Standing> = new Map();
  #served: ReadonlyMap<string, ServedModule> = new Map();

  constructor(host: ModulesHost) {
    this.#host = host;
    this.files = new LockFiles(host.paths.modules);
    this.#look();
    this.alarm();
  }

  /** Of every module, by its own name. */
  get standings(): ReadonlyMap<string, Standing> {
    if (this.#policy !== this.#host.parts.policy.policy) this.refresh();
    return this.#standings;
  }

  get served(): ReadonlyMap<string, ServedModule> {
    void this.standings;
    return this.#served;
  }

  /** By any name it goes by. */
  find(name: string): Standing | null {
    const { standings } = this;
    const direct = standings.get(name);
    if (direct !== undefined) return direct;
    return [...standings.values()].find(({ policy }) => policy.manifest.aliases.includes(name)) ?? null;
  }

  /** @returns what takes it back. */
  subscribe(listener: (module: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#listeners.clear();
  }

  /** Looks at policy and files again, and tells whoever listens what changed. */
  refresh(): void {
    const before = this.#standings;
    this.#look();
    if (before === this.#standings) return;
    this.alarm();
    const names = new Set([...before.keys(), ...this.#standings.keys()]);
    const changed = [...names].filter((name) => told(before.get(name)) !== told(this.#standings.get(name)));
    if (changed.length === 0) return;
    for (const name of changed) for (const listener of this.#listeners) listener(name);
    this.#host.parts.events.publish({ kind: 'changed', what: 'modules' });
  }

  /**
   * @param agreed whether every server of it that runs says the same: then the difference has gone with the last that had it.
   * @param asked whether a person looks at it: nothing else ends what holds all of it.
   */
  judge(name: string, seen: Seen, agreed: () => boolean, asked = false): Judged {
    const standing = this.standings.get(name);
    if (standing === undefined || standing.lock === null) return { kind: 'hold', why: `\`${name}\` is not accepted` };
    if (asked) this.#restless.forget(name);
    // Before anything is compared: whoever changes at each call would have everybody wait for it.
    const whole = asked ? null : heldWhole(name, this.#seenOf(name));
    if (whole !== null) return { kind: 'hold', why: whole.why };
    const differs = differencesOf(standing.lock, seen, this.othersOf(name));
    const texts = differs.differences.map(({ text }) => text);
    if (texts.length > 0) this.#remember(name, seen, texts);
    else if (agreed()) this.#forget(name);
    const now = this.#standings.get(name);
    if (differs.held !== null) return { kind: 'hold', why: differs.held };
    if (now === undefined || now.stopped !== null) return { kind: 'hold', why: now?.stopped?.why ?? 'it is gone' };
    return { kind: 'serve' };
  }

  /** What other modules may show, by their names. */
  othersOf(name: string): ReadonlyMap<string, readonly Definition[]> {
    return new Map(
      [...this.standings].flatMap(([other, { lock }]) =>
        other === name || lock === null ? [] : [[other, lock.definitions] as const],
      ),
    );
  }

  /** What became of a server: one that keeps crashing is told (M4). */
  heard({ module, change, text }: ServerNote): void {
    if (change === 'crashed') this.#crashes.set(module, { count: (this.#crashes.get(module)?.count ?? 0) + 1, text });
    else if (change === 'started') this.#crashes.delete(module);
    if (change === 'crashed' || change === 'started') this.alarm();
    this.#host.parts.events.publish({ kind: 'changed', what: 'modules' });
  }

  /** @param why its walls cannot stand; null: they do, or nobody wants them any more. */
  walls(module: string, why: string | null): void {
    if ((this.#unwalled.get(module) ?? null) === why) return;
    if (why === null) this.#unwalled.delete(module);
    else this.#unwalled.set(module, why);
    this.alarm();
    this.#host.parts.events.publish({ kind: 'changed', what: 'modules' });
  }

  /** Why its walls could not stand when it was to be started; null: they could. */
  unwalled(module: string): string | null {
    return this.#unwalled.get(module) ?? null;
  }

  /** How it is now is looked up by whoever asks. */
  wantsSignIn(): void {
    this.alarm();
    this.#host.parts.events.publish({ kind: 'changed', what: 'modules' });
  }

  /** Whether something of it was seen otherwise than accepted, or what was seen cannot be read. */
  isHeldBack(name: string): boolean {
    return this.#seenOf(name).kind !== 'none';
  }

  /** A person took it on, or it is gone. */
  forgetSeen(name: string): void {
    this.#restless.forget(name);
    this.#seen.delete(name);
    this.files.removeSeen(name);
  }

  #remember(name: string, seen: Seen, texts: readonly string[]): void {
    const { clock, records } = this.#host.parts;
    const before = this.#seenOf(name);
    const digest = digestOfSeen(seen);
    const isSame = before.kind === 'kept' && digestOfSeen(before.value.seen) === digest;
    if (isSame && heldWhole(name, before) === null) return;
    const then: SeenThen = { at: clock.now(), restless: this.#restless.again(name, clock.now()), seen };
    this.#seen.set(name, then);
    try {
      this.files.writeSeen(name, then);
    } catch {
      // It is held back in memory; after a restart it is seen again before any of it is used.
    }
    this.#again();
    if (isSame) return;
    const told = then.restless ? ['it changed again within a minute, so nothing of it is used', ...texts] : texts;
    const text = told.length > 3 ? `${told.slice(0, 3).join('; ')}; and ${told.length - 3} more` : told.join('; ');
    records
      .record({ kind: 'module', at: clock.now(), module: name, change: 'quarantined', by: 'gateway', digest, text })
      .catch(() => undefined);
  }

  #seenOf(name: string): Kept<SeenThen> {
    const value = this.#seen.get(name);
    return value === undefined ? this.files.seen(name) : { kind: 'kept', value };
  }

  #forget(name: string): void {
    if (!this.isHeldBack(name)) return;
    this.#seen.delete(name);
    this.files.removeSeen(name);
    this.#again();
  }

  /** The files changed by our own hand: whatever they looked like before. */
  #again(): void {
    this.#state = '';
    this.refresh();
  }

  #look(): void {
    const { policy } = this.#host.parts.policy;
    this.#policy = policy;
    const names = policy.modules.map(({ manifest }) => manifest.name);
    const state = `${policy.digest} ${names.map((name) => this.files.stateOf(name)).join()}`;
    if (state === this.#state) return;
    this.#state = state;
    const locks = new Map(names.map((name) => [name, this.#lock(name)]));
    const standings = policy.modules.map((view): [string, Standing] => {
      const { name } = view.manifest;
      const seen = startOf(view.manifest) === null ? ({ kind: 'none' } as const) : this.#seenOf(name);
      const others = new Map(
        [...locks].flatMap(([other, lock]) =>
          other !== name && lock.lock.kind === 'kept' ? [[other, lock.lock.value.definitions] as const] : [],
        ),
      );
      const bound = locks.get(name) ?? { lock: { kind: 'none' }, foreign: null };
      const sandbox = this.#configOf(name)?.sandbox ?? null;
      return [name, standingOf({ policy: view, sandbox, ...bound, seen, others })];
    });
    this.#standings = new Map(standings);
    for (const name of this.#unwalled.keys())
      if ((this.#standings.get(name)?.sandbox ?? null) === null) this.#unwalled.delete(name);
    this.#served = new Map(standings.flatMap(([name, standing]) => servedOf(name, standing)));
  }

  #configOf(name: string): Config['modules'][string] | undefined {
    const { modules } = this.#host.parts.policy.policy.config;
    return Object.hasOwn(modules, name) ? modules[name] : undefined;
  }

  #lock(name: string): Bound {
    const accepted = this.#configOf(name)?.lock;
    const bound = boundLock(this.files.lock(name), accepted, this.#accepted.get(name) ?? null);
    if (bound.lock.kind === 'kept') this.#accepted.set(name, bound.lock.value);
    return bound;
  }

  /** Somebody wrote a lock past us: once for each. A manifest that nobody accepted is told of by itself. */
  #recordStrange(): void {
    const { clock, records } = this.#host.parts;
    for (const { name, foreign, policy } of this.#standings.values()) {
      const digest = foreign === null || !policy.accepted ? null : digestOfLock(foreign);
      if (digest === null) this.#strange.delete(name);
      if (digest === null || this.#strange.get(name) === digest) continue;
      this.#strange.set(name, digest);
      const text = `\`modules/${name}.lock.json\` is not as it was accepted; nothing of it is served`;
      records
        .record({ kind: 'module', at: clock.now(), module: name, change: 'quarantined', by: 'gateway', digest, text })
        .catch(() => undefined);
    }
  }

  /** Says what somebody has to look at. */
  alarm(): void {
    this.#recordStrange();
    const all = [...this.#standings.values()];
    const changed = all.flatMap(({ name, differences, stopped, foreign, policy }) =>
      differences.length === 0 && (foreign === null || !policy.accepted)
        ? []
        : [{ name, why: stopped?.why ?? differences[0]?.text ?? '' }],
    );
    const failed = all.flatMap(({ name, stopped, policy }) => {
      const crashed = this.#crashes.get(name);
      const unwalled = this.#unwalled.get(name);
      if (unwalled !== undefined) return [{ name, why: unwalled }];
      if (stopped?.state === 'refused' && policy.accepted) return [{ name, why: stopped.why }];
      return crashed !== undefined && crashed.count >= CRASHES_TOLD ? [{ name, why: crashed.text }] : [];
    });
    this.#raise('module-changed', changed, 'offers something else than was accepted', 'accept');
    const ended = (this.#host.signIns?.ended() ?? []).map((name) => ({ name, why: 'its sign-in has ended' }));
    this.#raise('module-failed', [...failed, ...ended], 'cannot be served', null);
  }

  #raise(
    kind: AlarmKind,
    about: readonly { readonly name: string; readonly why: string }[],
    what: string,
    then: 'accept' | null,
  ): void {
    const { alarms, redactor } = this.#host.parts;
    const [first] = about;
    if (first === undefined) {
      alarms.end(kind, null);
      return;
    }
    const names = about.map(({ name }) => `\`${name}\``).join(', ');
    const why = about.length > 1 ? '' : `: ${redactor.text(first.why)}`;
    const more = then === null ? '' : `; \`castellan modules ${then} ${first.name}\` takes it on`;
    alarms.raise(kind, null, `${names} ${what}${why}`, `\`castellan modules inspect ${first.name}\` shows it${more}`);
  }
}

function servedOf(
  name: string,
  { start, lock, stopped, offered, policy }: Standing,
): readonly [string, ServedModule][] {
  if (start === null || lock === null || stopped !== null) return [];
  return [[name, { name, title: policy.manifest.title, start, lock, offered }]];
}

/** What others may notice of it. */
const told = (standing: Standing | undefined): string =>
  standing === undefined
    ? ''
    : JSON.stringify([
        standing.policy.digest,
        standing.stopped,
        standing.lock?.acceptedAt,
        standing.offered.map(({ kind, digest }) => `${kind} ${digest}`),
        standing.differences.map(({ text }) => text),
        standing.sandbox,
        standing.policy.level,
        standing.policy.overrides,
      ]);
