// The registry of modules: which servers a person accepted, and what of each may be used now. INVARIANT: a module is served
// only while its manifest is believed (P10) and a lock of it stands; whatever is missing, broken or different offers nothing.
import {
  type Actor,
  actorName,
  type LedgerRecord,
  type Manifest,
  type ModulePlan,
  type ModuleSignIn,
  type ModuleSummary,
  type ModuleView,
  type RouteBody,
} from '@castellan/contract';
import { type Judged, type McpModules, manifestFor, type Seen, type ServedModule, Upstreams } from '@castellan/gateway';
import { acceptFiles, addFiles, type ChangesHost, removeFiles } from './changes.ts';
import { type Answer, done, fault, type ModuleFault } from './fault.ts';
import type { ModulesHost } from './host.ts';
import { InstalledPackages } from './installed-packages.ts';
import { lastCalls } from './last-calls.ts';
import { nameFor, shippedFault } from './names.ts';
import { lockOf, look, planned } from './planning.ts';
import { type Planned, Plans } from './plans.ts';
import { Registry } from './registry.ts';
import type { SignInChange } from './sign-ins.ts';
import { digestOfSeen, isShipped, type Standing } from './standing.ts';
import { upstreamHost } from './upstream-host.ts';
import { type Running, summaryOf, viewOf } from './view.ts';
import { serverWalls, type WallsFor } from './walls.ts';

type ModuleChange = Extract<LedgerRecord, { readonly kind: 'module' }>['change'];

/** A lock that somebody writes past us is told of, though nobody asks for the module. */
const LOOK_MS = 5000;

export class Modules implements McpModules, AsyncDisposable {
  /** Their running servers: what the endpoint opens, with this registry as judge. */
  readonly upstreams: Upstreams;
  readonly #host: ModulesHost;
  readonly #registry: Registry;
  readonly #plans: Plans;
  readonly #walls: WallsFor;
  readonly #packages: InstalledPackages;
  readonly #stop: () => void;

  private constructor(host: ModulesHost) {
    this.#host = host;
    this.#registry = new Registry(host);
    this.#plans = new Plans(host.parts.clock);
    this.#packages = new InstalledPackages({
      folder: host.paths.modules,
      clock: host.parts.clock,
      starts: () =>
        [...this.#registry.standings.values()].flatMap(({ start }) => start ?? []).concat(this.#plans.all()),
    });
    this.#walls = serverWalls(host, (module, why) => this.#registry.walls(module, why));
    const walls = (name: string) => this.#walls(name, this.#registry.find(name)?.sandbox ?? null, true);
    this.upstreams = new Upstreams(upstreamHost(host, this, this.#registry, walls), {
      version: host.version,
      ownPorts: () => host.parts.ports.all,
    });
    // Only so that whoever listens is told soon: what may be used is looked up at each use.
    const stop = host.parts.events.subscribe(
      () => this.#registry.refresh(),
      (kind) => kind === 'policy',
    );
    const stopLooking = host.parts.clock.every(LOOK_MS, () => this.#registry.refresh());
    const stopSignIns = host.signIns?.subscribe((change, name) => this.#signInChanged(change, name));
    this.#stop = () => {
      stop();
      stopLooking();
      stopSignIns?.();
    };
  }

  static open(host: ModulesHost): Modules {
    return new Modules(host);
  }

  all(): readonly ServedModule[] {
    return [...this.#registry.served.values()];
  }

  get(name: string): ServedModule | null {
    return this.#registry.served.get(name) ?? null;
  }

  /** Where a module's server stands while it runs; null: not on this machine, as far as we know. */
  cwdOf(name: string): string | null {
    const start = this.get(name)?.start;
    return start?.kind === 'mcp' ? (start.cwd ?? this.#host.parts.folders.serverPath(name)) : null;
  }

  judge(module: string, seen: Seen): Judged {
    return this.#registry.judge(module, seen, () => this.upstreams.agree(module, seen));
  }

  subscribe(listener: (module: string) => void): () => void {
    return this.#registry.subscribe(listener);
  }

  list(): readonly ModuleSummary[] {
    return [...this.#registry.standings.values()].map((standing) => this.#summary(standing));
  }

  async view(name: string): Promise<Answer<ModuleView>> {
    const standing = this.#known(name);
    return 'ok' in standing ? standing : done(await this.#view(standing));
  }

  /** @param gone whoever asked is not there any more: nothing goes on for nobody. */
  async plan(request: RouteBody<'planModule'>, actor: Actor, gone: AbortSignal): Promise<Answer<ModulePlan>> {
    const by = actorName(actor);
    const about = {
      host: this.#host,
      registry: this.#registry,
      upstreams: this.upstreams,
      walls: this.#walls,
      newId: () => this.#plans.newId(),
      resolvedBefore: this.#plans.starts(by),
    };
    return this.#packages.installing(async () => {
      const answer = await planned(about, request, gone);
      if (!answer.ok) return answer;
      this.#plans.keep(answer.value, by);
      return done(answer.value.plan);
    });
  }

  async add({ plan: id, safe }: RouteBody<'addModule'>, actor: Actor): Promise<Answer<ModuleSummary>> {
    const by = actorName(actor);
    const kept = this.#plans.get(id, by);
    if (!kept.ok) return kept;
    const { plan, seen } = kept.value;
    const { name } = plan.manifest;
    if (seen === null)
      return fault(
        'conflict',
        `nobody looked at \`${name}\` yet`,
        'plan it with `look`: what it offers is what is accepted',
      );
    const strange = safe.find((tool) => !seen.definitions.some((each) => each.kind === 'tool' && each.name === tool));
    if (strange !== undefined)
      return fault('bad', `\`safe\`: \`${name}\` offers no tool \`${strange}\``, 'name tools as the server says them');
    const taken = this.#stillFree(kept.value);
    if (taken !== null) return taken;

    const lock = lockOf(name, seen, { at: this.#host.parts.clock.now(), by });
    const source = kept.value.kind === 'set-up' ? (this.#registry.find(name)?.policy.source ?? null) : null;
    const recorded = await this.#record(name, 'added', by, `${plan.steps.at(-1) ?? ''}`, seen);
    if (recorded !== null) return recorded;
    const { sandbox } = plan;
    const manifest = manifestOf(kept.value, seen, safe);
    const added = addFiles(this.#changes, { manifest, lock, by, source, sandbox });
    if (!added.ok) return this.#undone(name, 'removed', by, added);
    this.#plans.forget(name);
    this.#registry.forgetSeen(name);
    return this.#changed(name);
  }

  /** Exactly what was shown: `pending` names it. */
  async accept(called: string, pending: string, actor: Actor): Promise<Answer<ModuleView>> {
    const by = actorName(actor);
    const standing = this.#known(called);
    if ('ok' in standing) return standing;
    const { name, seen, policy } = standing;
    if (seen === null)
      return fault(
        'conflict',
        `\`${name}\` offers what was accepted: there is nothing to accept`,
        `\`castellan modules inspect ${name}\` shows it`,
      );
    if (!policy.accepted)
      return fault(
        'conflict',
        `nobody accepted \`${policy.source}\` as it is now`,
        `\`castellan modules accept ${name}\` first`,
      );
    if (digestOfSeen(seen.seen) !== pending)
      return fault(
        'conflict',
        `\`${name}\` offers something else than you saw`,
        `look again: \`castellan modules inspect ${name}\``,
      );
    const lock = lockOf(name, seen.seen, { at: this.#host.parts.clock.now(), by });
    const strange = standing.foreign === null ? [] : [`the lock as it stands in \`modules/${name}.lock.json\``];
    const text = [...strange, ...standing.differences.map((each) => each.text)].join('; ');
    const recorded = await this.#record(name, 'accepted', by, text, seen.seen);
    if (recorded !== null) return recorded;
    const accepted = acceptFiles(this.#changes, { standing, lock, by });
    if (!accepted.ok) return this.#undone(name, 'refused', by, accepted);
    this.#registry.forgetSeen(name);
    const changed = await this.#changed(name);
    return changed.ok ? this.view(name) : changed;
  }

  async remove(called: string, actor: Actor): Promise<Answer<ModuleSummary>> {
    const by = actorName(actor);
    const standing = this.#known(called);
    if ('ok' in standing) return standing;
    const { name } = standing;
    if (isShipped(standing.policy.source))
      return fault(
        'conflict',
        `\`${name}\` comes with Castellan`,
        `to keep agents from it: \`castellan policy deny ${name}/*\``,
      );
    const before = this.#summary(standing);
    const recorded = await this.#record(
      name,
      'removed',
      by,
      `\`${standing.policy.source}\` and what was accepted of it`,
      null,
    );
    if (recorded !== null) return recorded;
    const removed = removeFiles(this.#changes, standing, by);
    if (!removed.ok) return this.#undone(name, 'refused', by, removed);
    this.#registry.forgetSeen(name);
    this.#registry.refresh();
    await this.upstreams.remove(name);
    await this.#host.signIns?.forget(name, by);
    await this.#endGrants(name, by);
    this.#packages.collect();
    return done(before);
  }

  /** Its servers end; the next use starts one. Where something was held back it is looked at anew, now. */
  async restart(called: string, actor: Actor, gone: AbortSignal): Promise<Answer<ModuleSummary>> {
    const standing = this.#known(called);
    if ('ok' in standing) return standing;
    const { name, start } = standing;
    if (start === null)
      return fault('conflict', `\`${name}\` has no server`, '`castellan modules` lists those that have one');
    await this.upstreams.restart(name);
    await this.#record(name, 'stopped', actorName(actor), 'to be started again at the next use', null);
    if (this.#registry.isHeldBack(name)) {
      const looked = await look(this.upstreams, name, start, gone, this.#walls(name, standing.sandbox, false));
      if (looked.kind === 'seen')
        this.#registry.judge(name, looked.seen, () => this.upstreams.agree(name, looked.seen), true);
    }
    return this.#changed(name, false);
  }

  /** @returns where the person's browser goes; null: signed in already. */
  async signIn(name: string, actor: Actor): Promise<Answer<ModuleSignIn>> {
    const planned = this.#plans.startOf(name, actorName(actor));
    const standing = this.#registry.find(name);
    // A server that is about to be added offers nothing before it is signed in to.
    const start = planned ?? standing?.start ?? null;
    if (start === null && standing === null) return this.#unknown(name);
    // Whoever writes a manifest says where people sign in: not before a person believed it.
    if (planned === null && standing?.policy.accepted === false)
      return fault(
        'conflict',
        `nobody accepted \`${standing.policy.source}\` as it is now`,
        `\`castellan modules accept ${name}\` shows it`,
      );
    if (start?.kind !== 'mcp-http' || this.#host.signIns === null)
      return fault('conflict', `\`${name}\` has no address`, 'only servers that are reached by HTTP are signed in to');
    return this.#host.signIns.begin(name, start, actor);
  }

  async signOut(name: string, actor: Actor): Promise<Answer<ModuleSummary>> {
    const standing = this.#known(name);
    if ('ok' in standing) return standing;
    const out = (await this.#host.signIns?.signOut(standing.name, actorName(actor))) ?? done(null);
    return out.ok ? this.#changed(standing.name) : out;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop();
    this.#registry.close();
    await this.#packages.close();
    await this.upstreams[Symbol.asyncDispose]();
  }

  get #changes(): ChangesHost {
    return { policy: this.#host.parts.policy, files: this.#registry.files, folder: this.#host.paths.modules };
  }

  #known(name: string): Standing | ModuleFault {
    return this.#registry.find(name) ?? this.#unknown(name);
  }

  #unknown(name: string): ModuleFault {
    return fault('unknown', `there is no module \`${name}\``, '`castellan modules` lists them');
  }

  /** Servers that ran without a token, or with one that is over, do not go on. */
  #signInChanged(change: SignInChange, name: string): void {
    this.#registry.alarm();
    this.#host.parts.events.publish({ kind: 'changed', what: 'modules' });
    if (change === 'by-person') void this.upstreams.restart(name).catch(() => undefined);
  }

  #running({ name, start }: Standing): Running {
    const state = start === null ? { state: 'unused' as const, why: null, retryAt: null } : this.upstreams.state(name);
    const signIn = start?.kind === 'mcp-http' ? (this.#host.signIns?.state(name, start) ?? null) : null;
    const health = this.upstreams.health(name);
    const unwalled = this.#registry.unwalled(name);
    if (unwalled !== null) return { state: { ...state, why: unwalled }, health, signIn: null };
    if (signIn === null || signIn.why === null) return { state, health, signIn: signIn?.view ?? null };
    const why = `${signIn.why}: \`castellan modules sign-in ${name}\``;
    return { state: { state: 'needs-sign-in', why, retryAt: state.retryAt }, health, signIn: signIn.view };
  }

  #summary(standing: Standing): ModuleSummary {
    return summaryOf(standing, this.#running(standing));
  }

  async #view(standing: Standing): Promise<ModuleView> {
    const calls = await lastCalls(this.#host.parts, standing.name);
    return viewOf(standing, this.#running(standing), this.#host.parts.policy.policy, calls);
  }

  /** Somebody may have taken its name while the plan was read. */
  #stillFree({ kind, plan: { manifest }, sorted }: Planned): ModuleFault | null {
    const { modules } = this.#host.parts.policy.policy;
    const named = nameFor(manifest.name, modules, (name) => this.#registry.files.lock(name).kind !== 'none');
    if ('ok' in named) return named;
    if (named.kind !== kind)
      return fault(
        'conflict',
        `\`modules/${manifest.name}.yaml\` appeared or went away meanwhile`,
        'look at the server again',
      );
    const { start } = manifest;
    return named.kind === 'new' && (start.kind === 'mcp' || start.kind === 'mcp-http')
      ? shippedFault(manifest.name, modules, start, sorted?.name ?? null)
      : null;
  }

  async #changed(name: string, restart = true): Promise<Answer<ModuleSummary>> {
    this.#registry.refresh();
    if (restart) await this.upstreams.restart(name);
    const standing = this.#known(name);
    return 'ok' in standing ? standing : done(this.#summary(standing));
  }

  /** Recorded before it is done: what nobody can see in the ledger must not be. */
  async #record(
    name: string,
    change: ModuleChange,
    by: string,
    text: string,
    seen: Seen | null,
  ): Promise<ModuleFault | null> {
    const { records, clock } = this.#host.parts;
    const digest = seen === null ? {} : { digest: digestOfSeen(seen) };
    try {
      await records.record({
        kind: 'module',
        at: clock.now(),
        module: name,
        change,
        by,
        text: text.slice(0, 2000),
        ...digest,
      });
      return null;
    } catch {
      return fault('failed', 'it could not be recorded, so it was not done', 'free the disk, then try again');
    }
  }

  async #undone(name: string, change: ModuleChange, by: string, why: ModuleFault): Promise<ModuleFault> {
    await this.#record(name, change, by, `not done: ${why.message}`, null);
    this.#registry.refresh();
    return why;
  }

  async #endGrants(name: string, by: string): Promise<void> {
    const { grants, records, clock } = this.#host.parts;
    for (const grant of grants.list().filter(({ module }) => module === name)) {
      const ended = await grants.revoke(grant.id);
      if (ended === null) continue;
      const text = `the module was removed: ${ended.text}`;
      await records.record({ kind: 'grant', at: clock.now(), grant: ended.id, change: 'ended', by, text });
    }
  }
}

function manifestOf({ kind, plan, sorted, title }: Planned, seen: Seen, safe: readonly string[]): Manifest {
  const { name, start } = plan.manifest;
  if (kind === 'set-up' || (start.kind !== 'mcp' && start.kind !== 'mcp-http')) return plan.manifest;
  return manifestFor({ name, title, start, definitions: seen.definitions, safe, sorted });
}
