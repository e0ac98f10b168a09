// What each task has read, been told and written, and where that turns up again (G-C01). What is remembered of content are
// fingerprints under a key of this run; after a restart only the labels that were seen are known, which rules may ask for.
import type {
  Call,
  CallId,
  Effect,
  Facts,
  Flow,
  JsonValue,
  Label,
  Page,
  Session,
  SessionFacts,
  SessionId,
  TaskId,
} from '@castellan/contract';
import { labelSchema } from '@castellan/contract';
import type { GivenLabel } from '@castellan/policy';
import type { Clock } from '../clock.ts';
import type { Tally } from '../store/index.ts';
import { type Key, keyFrom } from './core/fingerprint.ts';
import { flowsIn } from './core/flows.ts';
import { leavesOf } from './core/leaves.ts';
import { Memory } from './core/memory.ts';
import { type Driver, drivesBrowser, pageAfter } from './page.ts';

export interface TracesHost {
  readonly clock: Clock;
  readonly facts: Facts;
  readonly tally: () => Tally;
  readonly isOpen: (task: TaskId) => boolean;
  /** What the policy in force knows of a call's tool. */
  readonly tool: (call: Call) => Driver;
}

/** A call that runs, until its result comes. */
interface Expected {
  readonly task: TaskId;
  readonly session: SessionId;
  readonly labels: readonly GivenLabel[];
  /** Texts of the call itself, which its result may repeat. */
  readonly own: ReadonlySet<string>;
}

interface TaskTrace {
  readonly memory: Memory;
  readonly written: Set<string>;
}

const MOST_EXPECTED = 20_000;
const MOST_WRITTEN = 5000;
const MOST_PAGES = 4096;
/** Tasks remembered before those that are over are looked for: not every session says goodbye. */
const MOST_TASKS = 1024;
/** All tasks together. */
const ALL_BYTES = 96 * 1024 * 1024;

export class Traces {
  readonly #host: TracesHost;
  readonly #key: Key;
  /** The one used last stands last. */
  readonly #tasks = new Map<TaskId, TaskTrace>();
  readonly #pages = new Map<SessionId, Page>();
  readonly #expected = new Map<CallId, Expected>();

  constructor(host: TracesHost) {
    this.#host = host;
    this.#key = keyFrom(host.clock.random(12));
  }

  facts(call: Call, effects: readonly Effect[], interactive: boolean): SessionFacts {
    const { memory, written } = this.#task(call.task);
    return {
      interactive,
      flows: this.#flows(call, memory),
      seen: memory.seen,
      fresh: written.size === 0 ? [] : this.#fresh(call, effects, written),
      page: this.#pages.get(call.session) ?? null,
    };
  }

  /** A call may run: what it writes and which page it opens holds from now on, whether or not anybody reports it. */
  runs(call: Call, effects: readonly Effect[], labels: readonly GivenLabel[]): void {
    const { memory, written } = this.#task(call.task);
    for (const { label } of labels) memory.see(label);
    for (const { kind, target, targetKind } of effects)
      if (kind === 'write' && targetKind === 'path') keep(written, target, MOST_WRITTEN);
    const tool = this.#host.tool(call);
    if (drivesBrowser(tool))
      this.#show(call.session, pageAfter(this.#pages.get(call.session) ?? null, call, effects, tool));
    if (labels.length === 0) return;
    const own = new Set([
      ...leavesOf(call.arguments).leaves.map(({ text }) => text),
      ...effects.map(({ target }) => target),
    ]);
    this.#expected.set(call.id, { task: call.task, session: call.session, labels, own });
    for (const oldest of this.#expected.keys()) {
      if (this.#expected.size <= MOST_EXPECTED) break;
      this.#expected.delete(oldest);
    }
  }

  /** What a call gave: remembered once for every source of a label. */
  result(id: CallId, parts: readonly (JsonValue | undefined)[]): void {
    const expected = this.#expected.get(id);
    if (expected === undefined) return;
    this.#expected.delete(id);
    const read = parts.flatMap((part) => (part === undefined ? [] : [leavesOf(part)]));
    const text = read
      .flatMap(({ leaves }) => leaves)
      .filter((leaf) => !expected.own.has(leaf.text))
      .map((leaf) => leaf.text)
      .join('\n');
    const { memory } = this.#task(expected.task);
    // One text under its strictest label: private where it is both, and the first source names it.
    const [first] = expected.labels.toSorted((a, b) => a.label.localeCompare(b.label));
    for (const { label } of expected.labels) {
      memory.see(label);
      if (read.some(({ cut }) => cut)) memory.lose(label);
    }
    if (text !== '' && first !== undefined)
      memory.remember(text, { label: first.label, source: sourceOf(expected.labels, first.label), call: id });
    const other = expected.labels.find(({ label }) => label !== first?.label);
    if (text !== '' && other !== undefined)
      memory.remember(text, { label: other.label, source: sourceOf(expected.labels, other.label), call: id });
    this.#bound();
  }

  /** The user's own words. */
  prompt({ task }: Session, text: string): void {
    this.#task(task).memory.hear(text);
    this.#bound();
  }

  end(session: Session, taskEnded: boolean): void {
    this.#pages.delete(session.id);
    for (const [id, { session: of }] of this.#expected) if (of === session.id) this.#expected.delete(id);
    if (taskEnded) this.#tasks.delete(session.task);
  }

  #show(session: SessionId, page: Page | null): void {
    this.#pages.delete(session);
    if (page !== null) this.#pages.set(session, page);
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= MOST_PAGES) break;
      this.#pages.delete(oldest);
    }
  }

  #flows(call: Call, memory: Memory): readonly Flow[] {
    return flowsIn(call.arguments, memory, this.#key, [call.workspace, call.cwd, this.#host.facts.home]);
  }

  #fresh(call: Call, effects: readonly Effect[], written: ReadonlySet<string>): readonly string[] {
    return effects.flatMap(({ kind, target, targetKind }) => {
      if (kind !== 'execute' && kind !== 'read') return [];
      if (targetKind === 'path') return written.has(target) ? [target] : [];
      if (kind === 'read' || target === '' || target.includes('\0')) return [];
      // A program is named as it was typed; where it was written by this task it is known by its real path.
      const { path } = this.#host.facts.resolvePath(target, call);
      return written.has(path) ? [target, path] : [];
    });
  }

  #task(id: TaskId): TaskTrace {
    const known = this.#tasks.get(id);
    if (known !== undefined) {
      this.#tasks.delete(id);
      this.#tasks.set(id, known);
      return known;
    }
    const seen = this.#host
      .tally()
      .labels(id)
      .flatMap((label): readonly Label[] => {
        const parsed = labelSchema.safeParse(label);
        return parsed.success ? [parsed.data] : [];
      });
    if (this.#tasks.size >= MOST_TASKS)
      for (const task of this.#tasks.keys()) if (!this.#host.isOpen(task)) this.#tasks.delete(task);
    const made = { memory: new Memory(this.#key, seen), written: new Set<string>() };
    this.#tasks.set(id, made);
    return made;
  }

  /** Over all tasks: the one not used for longest forgets first. */
  #bound(): void {
    let bytes = 0;
    for (const { memory } of this.#tasks.values()) bytes += memory.bytes;
    for (const { memory } of this.#tasks.values()) {
      if (bytes <= ALL_BYTES) return;
      bytes -= memory.bytes;
      memory.forget();
    }
  }
}

const sourceOf = (labels: readonly GivenLabel[], label: Label): string => {
  const sources = [...new Set(labels.filter((given) => given.label === label).map(({ source }) => source))];
  return sources.length > 3 ? `${sources.slice(0, 3).join(', ')} and ${sources.length - 3} more` : sources.join(', ');
};

function keep(set: Set<string>, value: string, most: number): void {
  set.delete(value);
  set.add(value);
  for (const oldest of set) {
    if (set.size <= most) break;
    set.delete(oldest);
  }
}
