// A person's side of undo: what could be undone, what it would change, and doing it. INVARIANTS: what is done is what the plan with
// that digest showed; it is a call of its own in the ledger before it begins, and is kept itself before it changes anything.
import {
  type Actor,
  type AgentId,
  type ApprovalId,
  actorName,
  type Call,
  type CallId,
  callDigest,
  canonicalJson,
  type Effect,
  type JsonObject,
  type SessionId,
  type Sha256,
  type TaskId,
  type Undoable,
  type UndoConfig,
  type UndoList,
  type UndoPlan,
  type UndoPlanRequest,
  type UndoResult,
  type UndoRunRequest,
  type UndoStep,
  type Verdict,
} from '@castellan/contract';
import type { Clock } from '../clock.ts';
import { sha256 } from '../digest.ts';
import { newId } from '../ids.ts';
import type { Records } from '../records/index.ts';
import type { Store } from '../store/index.ts';
import type { Contents } from './contents.ts';
import type { Journal } from './journal.ts';
import { limitsOf, seenNow } from './keep/keeper.ts';
import { reversibilityOf } from './keep/roots.ts';
import { type KeptCalls, WORDS } from './kept-calls.ts';
import type { Packs } from './packs/packs.ts';
import { chainsOf, type KeptCall } from './plan/chains.ts';
import { type Shower, shownChanges } from './plan/shown.ts';
import { type PathChain, type Step, stepOf } from './plan/steps.ts';
import { applySteps } from './restore/apply.ts';
import { boundOf } from './seen.ts';

export interface UndoingHost {
  readonly clock: Clock;
  readonly packs: Packs;
  readonly calls: KeptCalls;
  readonly contents: () => Contents;
  readonly journal: Journal;
  readonly rows: Store['undo'];
  readonly records: Pick<Records, 'record'>;
  readonly config: () => UndoConfig;
  readonly policyDigest: () => Verdict['policy'];
  readonly bindingHash: Sha256;
  readonly shower: Shower;
  readonly agents: { get(id: AgentId): { readonly name: string } | null };
  readonly work: { task(id: TaskId): { readonly title: string } | null };
}

export interface UndoFault {
  readonly ok: false;
  readonly code: 'unknown' | 'unreadable' | 'moved' | 'conflicts' | 'nothing' | 'not-kept' | 'not-recorded';
  readonly message: string;
  readonly hint: string;
}
export type UndoAnswer<T> = { readonly ok: true; readonly value: T } | UndoFault;

const fault = (code: UndoFault['code'], message: string, hint: string): UndoFault => ({
  ok: false,
  code,
  message,
  hint,
});
const MIB = 1_048_576;
const MODULE = 'castellan';
const TOOL = 'undo';

interface Planned {
  readonly calls: readonly KeptCall[];
  readonly steps: readonly Step[];
  readonly digest: UndoPlan['digest'];
}

export class Undoing {
  readonly #host: UndoingHost;
  /** One after the other: two that meet would each find the other's work. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(host: UndoingHost) {
    this.#host = host;
  }

  async list({ task, limit }: { readonly task?: TaskId | undefined; readonly limit: number }): Promise<UndoList> {
    const { rows, calls } = this.#host;
    const listed: Undoable[] = [];
    for (const row of rows.list({ task, limit })) {
      const found = await calls.get(row.call);
      if (found.ok) listed.push(this.#undoable(found.value));
    }
    return { calls: listed, ...(await this.room()) };
  }

  /** How much is kept, and how much may be, in bytes. */
  async room(): Promise<Pick<UndoList, 'enabled' | 'bytes' | 'maxBytes'>> {
    const { packs, config } = this.#host;
    const bytes = (await packs.list()).reduce((sum, pack) => sum + pack.bytes, 0);
    const { enabled, maxTotalMegabytes } = config();
    return { enabled, bytes, maxBytes: maxTotalMegabytes * MIB };
  }

  async plan({ of, only }: UndoPlanRequest): Promise<UndoAnswer<UndoPlan>> {
    const planned = await this.#planned(of, only);
    if ('ok' in planned) return planned;
    const { calls, steps, digest } = planned;
    await using contents = this.#host.contents();
    const changes = await shownChanges(steps, this.#host.shower, contents);
    const { text } = this.#host.shower;
    const shown = steps.map((step, index): UndoStep => {
      const change = changes[index];
      const { action, state, why } = step;
      return {
        path: text(step.path),
        ...{ action, state },
        ...(why !== undefined && { why: text(why) }),
        ...(change != null && { change }),
      };
    });
    const count = (state: UndoStep['state']): number => steps.filter((step) => step.state === state).length;
    const beyond = [...new Set(calls.flatMap(({ images }) => images.beyond))].map(text);
    const counts = { ready: count('ready'), same: count('same'), conflicts: count('conflict'), lost: count('lost') };
    return { ok: true, value: { of, digest, steps: shown, ...counts, beyond } };
  }

  run(request: UndoRunRequest, actor: Actor): Promise<UndoAnswer<UndoResult>> {
    const run = this.#last.then(() => this.#run(request, actor));
    this.#last = run.catch(() => undefined);
    return run;
  }

  async #run({ of, only, digest, skipConflicts }: UndoRunRequest, actor: Actor): Promise<UndoAnswer<UndoResult>> {
    const planned = await this.#planned(of, only);
    if ('ok' in planned) return planned;
    if (planned.digest !== digest)
      return fault('moved', 'what it would change is not what was shown any more', 'look at the plan again');
    const ready = planned.steps.filter(({ state }) => state === 'ready');
    const against = planned.steps.filter(({ state }) => state === 'conflict' || state === 'lost');
    if (ready.length === 0) return fault('nothing', 'there is nothing that can be undone', 'the plan says why');
    if (against.length > 0 && !skipConflicts)
      return fault(
        'conflicts',
        `${against.length} of ${ready.length + against.length} paths stand against it`,
        'leave them alone with `skipConflicts` (`--skip-conflicts`), or choose with `only`',
      );
    const newest = planned.calls.at(-1)?.images;
    if (newest === undefined) return fault('unknown', WORDS.unknown, 'the list shows what can be undone');
    const call = this.#callOf(newest, { of, only: [...only], plan: digest });
    const effects = ready.map((step) => effectOf(step));
    if (!(await this.#begin(call, effects, actor)))
      return fault('not-recorded', 'it could not be recorded, so nothing was undone', '`castellan status` says why');
    return this.#apply(call, ready, effects, against.length);
  }

  async #apply(
    call: Call,
    ready: readonly Step[],
    effects: readonly Effect[],
    skipped: number,
  ): Promise<UndoAnswer<UndoResult>> {
    const { journal, contents, clock } = this.#host;
    const roots = ready.map(({ path }) => ({ path, recursive: false }));
    const secret = ready.flatMap(({ path, wanted }) => (wanted.k === 'file' && wanted.secret === true ? [path] : []));
    const kept = await journal.keepRoots(call, roots, [], secret, (keeping) => reversibilityOf(effects, keeping, []));
    const [lost] = kept.not;
    if (lost !== undefined) {
      const why = `what stands there now cannot be kept (${lost.why})`;
      journal.neverRan(call.id);
      await this.#end(call, 'failed', `nothing was undone: ${why}`, undefined);
      return fault('not-kept', `${why}, so nothing was undone`, 'make room, or choose paths with `only`');
    }
    const began = clock.now();
    await using stored = contents();
    const applied = await applySteps(ready, {
      content: (file, pack) => stored.of(file, pack),
      random: (bytes) => clock.random(bytes),
    });
    const reversibility = (await journal.left(call.id)) ?? undefined;
    const { done, failed } = applied;
    const text = `${done} undone${failed.length === 0 ? '' : `, ${failed.length} could not be`}${skipped === 0 ? '' : `, ${skipped} left alone`}`;
    await this.#end(call, failed.length === 0 ? 'succeeded' : 'failed', text, reversibility, clock.now() - began);
    const shown = failed.map(({ path, why }) => ({
      path: this.#host.shower.text(path),
      why: this.#host.shower.text(why),
    }));
    const told = reversibility === undefined ? {} : { reversibility };
    return { ok: true, value: { call: call.id, done, failed: shown, skipped, ...told } };
  }

  async #planned(of: UndoPlanRequest['of'], only: readonly string[]): Promise<Planned | UndoFault> {
    const { calls, config } = this.#host;
    const found = of.startsWith('task_') ? await calls.ofTask(of) : await this.#one(of);
    if (!found.ok) {
      const hint =
        found.why === 'locked'
          ? '`castellan secrets unlock` opens the vault'
          : '`castellan undo` lists what can be undone';
      return fault(found.why === 'unknown' ? 'unknown' : 'unreadable', WORDS[found.why], hint);
    }
    const chains = chainsOf(found.value, only);
    const roots = [...chains.keys()].map((path) => ({ path, recursive: false }));
    const limits = { files: Number.MAX_SAFE_INTEGER, bytes: Number.MAX_SAFE_INTEGER };
    const most = Math.max(config().maxFileMegabytes, limitsOf(config()).bytes / MIB) * MIB;
    const now = new Map((await seenNow(roots, limits, most)).map(({ path, seen }) => [path, seen]));
    const steps = [...chains].flatMap(([path, [first, ...more]]): Step[] => {
      const seen = now.get(path);
      if (first === undefined || seen === undefined) return [];
      const chain: PathChain = { path, links: [first, ...more], now: seen };
      return [stepOf(chain)];
    });
    steps.sort((a, b) => (a.path < b.path ? -1 : 1));
    const bound = steps.map(({ path, action, state, wanted, now: there }) => [
      ...[path, action, state],
      ...[boundOf(wanted), boundOf(there)],
    ]);
    return { calls: found.value, steps, digest: sha256(canonicalJson([of, bound])) };
  }

  async #one(call: string): Promise<Awaited<ReturnType<KeptCalls['ofTask']>>> {
    const found = await this.#host.calls.get(call);
    return found.ok ? { ok: true, value: [found.value] } : found;
  }

  #undoable({ images }: KeptCall): Undoable {
    const { agents, work, shower } = this.#host;
    const [call, task, agent] = [images.call as CallId, images.task as TaskId, images.agent as AgentId];
    const wanted = new Set(images.roots.map(({ path }) => path));
    const kept = images.found.filter(({ seen }) => seen.k !== 'not');
    const paths = kept.filter(({ path, seen }) => wanted.has(path) || seen.k === 'file' || seen.k === 'link');
    return {
      ...{ call, task, agent, at: images.at, what: images.what },
      agentName: agents.get(agent)?.name ?? agent,
      taskTitle: work.task(task)?.title ?? '',
      paths: paths.length,
      notKept: images.found.length - kept.length,
      some: paths.slice(0, 5).map(({ path }) => shower.text(path)),
    };
  }

  /** Whose work it is about stands where who makes a call stands elsewhere; who asked for it is in the approval. */
  #callOf(newest: KeptCall['images'], given: JsonObject): Call {
    const { clock } = this.#host;
    const { workspace } = newest;
    return {
      id: newId(clock, 'call'),
      agent: newest.agent as AgentId,
      task: newest.task as TaskId,
      session: newest.session as SessionId,
      module: MODULE,
      tool: TOOL,
      arguments: given,
      cwd: workspace,
      workspace,
      origin: 'api',
      at: clock.now(),
    };
  }

  /** Whether the attempt and the person's word are on disk. */
  async #begin(call: Call, effects: readonly Effect[], actor: Actor): Promise<boolean> {
    const { records, clock, bindingHash, policyDigest, shower } = this.#host;
    const { id, agent, task, session, module, tool, cwd, workspace, origin } = call;
    const bound = { agent, task, session, module, tool, cwd, workspace, arguments: call.arguments };
    const digest = callDigest(bound, bindingHash);
    const approval: ApprovalId = newId(clock, 'approval');
    const by = actorName(actor);
    try {
      await records.record({
        ...{ kind: 'attempt', at: clock.now(), call: id, ...bound, origin, digest },
        effects: effects.map((effect) => ({ ...effect, target: shower.text(effect.target) })),
        verdict: {
          outcome: 'confirm',
          reasons: [{ source: 'default', part: 'base', id: 'castellan/undo', outcome: 'confirm', text: ONLY_PEOPLE }],
          toolClass: 'critical',
          scope: 'per-call',
          policy: policyDigest(),
        },
      });
      await records.record({
        ...{ kind: 'approval', at: clock.now(), approval, call: id, digest },
        state: { kind: 'approved', by, at: clock.now(), once: true },
      });
      return true;
    } catch {
      return false;
    }
  }

  async #end(
    { id }: Call,
    status: 'succeeded' | 'failed',
    text: string,
    reversibility: UndoResult['reversibility'],
    durationMs = 0,
  ): Promise<void> {
    const { records, clock } = this.#host;
    const told = reversibility === undefined ? {} : { reversibility };
    // A ledger that fails now raises its own alarm; what was done is done, and the attempt says what it was.
    await records
      .record({ kind: 'outcome', at: clock.now(), call: id, status, by: 'user-approved', text, durationMs, ...told })
      .catch(() => undefined);
  }
}

const ONLY_PEOPLE = 'undo is only ever done by a person, who saw what it changes';

const effectOf = ({ path, action }: Step): Effect => ({
  kind: action === 'remove' ? 'delete' : 'write',
  target: path,
  targetKind: 'path',
  place: 'elsewhere',
  certainty: 'certain',
});
