// Versions from the proposal to the answer, and back: everything that changes one takes its turn here. INVARIANT: one thing at a
// time: of two approvals at once one is first, and the other finds what that left.
import type { Actor, Alarm, Digest, Factor, ScriptName, ScriptVersion } from '@castellan/contract';
import { type CriticalRefusal, criticalRefusal, factorsInUse } from '../identity/index.ts';
import type { Parts } from '../surfaces/index.ts';
import { type Answer, done, fault } from './answer.ts';
import { type AnsweringHost, approved, disabled, rejected } from './answering.ts';
import { Book } from './keep/book.ts';
import { outlived } from './keep/room.ts';
import { rowsOf } from './keep/rows.ts';
import { type Sources, sourcesIn } from './keep/sources.ts';
import type { Answerer, Inspect, Life, Proposal, Use } from './parts.ts';
import { checked, kept } from './propose.ts';
import { reviewOf } from './review/review.ts';
import { again, type RunnableHost, toRun, toTest, whyNoMore } from './runnable.ts';

export interface LifeHost {
  readonly parts: Pick<
    Parts,
    'alarms' | 'clock' | 'exits' | 'factors' | 'policy' | 'records' | 'redactor' | 'store' | 'vault'
  >;
  /** Of the sources. */
  readonly folder: string;
  readonly inspect: Inspect;
  /** A version waits for a person. */
  readonly waits: (version: ScriptVersion) => void;
  /** It waits no longer. */
  readonly answered: (version: ScriptVersion) => void;
  /** What may run may be other than it was: what runs is to be looked at. */
  readonly changed: () => void;
}

type Change = 'proposed' | 'approved' | 'rejected' | 'disabled' | 'restored' | 'superseded' | 'refused';
const ALARM: Alarm['kind'] = 'script-modified';
const YES: ReadonlySet<string> = new Set<Change>(['approved', 'restored']);
const ANSWERS: readonly Change[] = ['approved', 'restored', 'rejected', 'disabled', 'superseded'];
/** Answers of people: more of them than anybody gives. */
const MOST_ANSWERS = 50_000;

const keyOf = ({ script, digest }: { readonly script: string | null; readonly digest: string }): string =>
  `${script} ${digest}`;

/** By script and digest, as the ledger has it. */
async function lastAnswers(records: Pick<Parts['records'], 'query'>): Promise<ReadonlyMap<string, string>> {
  const found = await records.query({ kind: 'script', changes: ANSWERS, limit: MOST_ANSWERS });
  return new Map(found.flatMap(({ record }) => (record.kind === 'script' ? [[keyOf(record), record.change]] : [])));
}

export class Scriptorium implements Life {
  readonly inspect: Inspect;
  readonly #host: LifeHost;
  readonly #book: Book;
  readonly #sources: Sources;
  readonly #runnable: RunnableHost;
  /** Of which the kept source was not what it should be, when it was read last; by version. */
  readonly #modified = new Map<string, ScriptVersion>();
  #last: Promise<unknown> = Promise.resolve();

  private constructor(host: LifeHost, book: Book) {
    this.#host = host;
    this.inspect = host.inspect;
    this.#book = book;
    this.#sources = heard(sourcesIn(host.folder), (source) => this.#forget((version) => version.source === source));
    const modified = (version: ScriptVersion, why: string): void => this.#tellModified(version, why);
    this.#runnable = { book, sources: this.#sources, modified };
  }

  static async open(host: LifeHost): Promise<Scriptorium> {
    const { book, damaged } = await Book.open(rowsOf(host.parts.store));
    const life = new Scriptorium(host, book);
    await life.#onlyAnswered();
    // A file that no row means may be that of a row which was damaged: it stays for whoever looks into it.
    await life.upkeep(damaged > 0);
    if (damaged > 0)
      host.parts.alarms.raise(
        ALARM,
        null,
        `${damaged} rows of \`castellan.db\` were no versions of scripts that were kept: they are gone`,
        'propose them again; look at who can write the state folder',
      );
    return life;
  }

  names(): readonly ScriptName[] {
    return this.#book.names();
  }

  of(script: string): readonly ScriptVersion[] {
    return this.#book.of(script);
  }

  find(script: string, digest: Digest): ScriptVersion | null {
    return this.#book.find(script, digest);
  }

  approved(script: string): ScriptVersion | null {
    return this.#book.approved(script);
  }

  async toRun(script: string, digest?: Digest) {
    return toRun(this.#runnable, script, digest);
  }

  async toTest(script: string, digest: Digest) {
    return toTest(this.#runnable, script, digest);
  }

  again(version: ScriptVersion, use: Use) {
    return again(this.#runnable, version, use);
  }

  whyNoMore(version: ScriptVersion, use: Use) {
    return whyNoMore(this.#book, version, use)?.error ?? null;
  }

  async propose(proposal: Proposal, signal: AbortSignal): Promise<Answer<ScriptVersion>> {
    const { parts } = this.#host;
    const mentions = (text: string) => parts.redactor.mentions(text);
    const about = checked(proposal, { exits: parts.exits, mentions });
    if (!about.ok) return about;
    const seen = await this.inspect(about.value.source, signal, proposal.agent);
    if (seen.kind === 'unavailable')
      return fault('failed', seen.error.code, seen.error.message, seen.error.hint ?? 'try again');
    if (seen.kind === 'faulty') {
      const [first] = seen.faults;
      const where = first === undefined || first.line === 0 ? '' : `line ${first.line}: `;
      const message = `${where}${first?.message ?? 'it cannot be read'}`;
      return fault('bad', 'script_invalid', message, first?.hint ?? 'correct it and propose it again', seen.faults);
    }
    return this.#alone(async () => {
      const host = {
        book: this.#book,
        sources: this.#sources,
        clock: parts.clock,
        exits: parts.exits,
        mentions,
        record: this.#record,
      };
      const proposed = await kept(host, about.value, proposal, seen);
      if (!proposed.ok) return proposed;
      const { version, fresh } = proposed.value;
      if (fresh) this.#host.waits(version);
      return done(version);
    });
  }

  approve(script: string, digest: Digest, who: Answerer): Promise<Answer<ScriptVersion>> {
    return this.#answer(() => approved(this.#answering, 'approve', script, digest, who));
  }

  restore(script: string, digest: Digest, who: Answerer): Promise<Answer<ScriptVersion>> {
    return this.#answer(() => approved(this.#answering, 'restore', script, digest, who));
  }

  reject(script: string, digest: Digest, reason: string, actor: Actor): Promise<Answer<ScriptVersion>> {
    return this.#answer(() => rejected(this.#answering, script, digest, reason, actor));
  }

  async disable(script: string, reason: string, actor: Actor): Promise<Answer<ScriptName>> {
    const answer = await this.#answer(() => disabled(this.#answering, script, reason, actor));
    return answer.ok ? done(answer.value.script) : answer;
  }

  factorNeeded(): boolean {
    return factorsInUse(this.#host.parts.factors);
  }

  async review(script: string, digest: Digest) {
    const { parts } = this.#host;
    return reviewOf(
      { book: this.#book, sources: this.#sources, factorNeeded: this.factorNeeded() },
      parts,
      script,
      digest,
    );
  }

  loadedBy(script: string): readonly ScriptName[] {
    return this.names().filter((name) => {
      const loads = this.#book.approved(name)?.capabilities.loads ?? [];
      return loads.some((load) => load.script === script);
    });
  }

  /** Each day and at the start: what was kept long enough goes, files nobody means go, and what is approved is looked at. */
  upkeep(keepFiles = false): Promise<void> {
    return this.#alone(async () => {
      const { clock } = this.#host.parts;
      const gone = outlived(this.#book.all(), clock.now());
      if (gone.length > 0) await this.#book.put([], gone);
      if (!keepFiles) this.#sources.keepOnly(new Set(this.#book.all().map(({ source }) => source)));
      const was = this.#modified.size > 0;
      this.#modified.clear();
      for (const version of this.#book.all()) {
        if (version.state.kind !== 'approved') continue;
        const bytes = this.#sources.read(version.source);
        if (bytes.kind === 'modified') this.#tellModified(version, bytes.why);
      }
      if (was && this.#modified.size === 0) this.#host.parts.alarms.end(ALARM, null);
    });
  }

  /** INVARIANT: approved is what the ledger's last answer to this very version says, and not a word in a row that others may write. */
  async #onlyAnswered(): Promise<void> {
    const { records, clock, alarms } = this.#host.parts;
    const approved = this.#book.all().filter(({ state }) => state.kind === 'approved');
    if (approved.length === 0) return;
    const last = await lastAnswers(records);
    const unasked = approved.filter((version) => !YES.has(last.get(keyOf(version)) ?? ''));
    for (const version of unasked) {
      const state = {
        kind: 'disabled',
        by: 'castellan',
        at: clock.now(),
        reason: 'the ledger knows no approval of it',
      } as const;
      await this.#book.take({ ...version, state });
      await this.#record(version, 'disabled', 'castellan', state.reason);
    }
    if (unasked.length === 0) return;
    const names = unasked.map(({ script, number }) => `version ${number} of \`${script}\``).join(', ');
    alarms.raise(
      ALARM,
      null,
      `${names}: approved in \`castellan.db\`, and the ledger's last answer is no approval; it is disabled`,
      'look at who can write the state folder; restore the version if it is the one you approved',
    );
  }

  get #answering(): AnsweringHost {
    const { parts } = this.#host;
    const critical = (actor: Actor, factor: Exclude<Factor, 'none'> | null): CriticalRefusal | null =>
      criticalRefusal(actor, factor, parts.factors, this.factorNeeded());
    return {
      book: this.#book,
      sources: this.#sources,
      clock: parts.clock,
      critical,
      hide: (text) => parts.exits.text(text),
      modified: this.#runnable.modified,
      record: this.#record,
    };
  }

  async #answer(step: () => Promise<Answer<ScriptVersion>>): Promise<Answer<ScriptVersion>> {
    // Also where it failed half way: what takes something away counts before it is written.
    const answer = await this.#alone(step).finally(() => {
      this.#forget(({ script, digest }) => !mayRunYet(this.#book.find(script, digest)));
      this.#host.changed();
    });
    if (answer.ok) this.#host.answered(answer.value);
    return answer;
  }

  /** @throws LedgerError where a step cannot be recorded: then it was not made, but for what takes something away. */
  #alone<T>(step: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(step);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  readonly #record = async (
    { script, digest, agent, task }: ScriptVersion,
    change: Change,
    by: string,
    text: string,
    factor?: Exclude<Factor, 'none'> | null,
  ): Promise<void> => {
    const { records, clock, exits } = this.#host.parts;
    await records.record({
      kind: 'script',
      at: clock.now(),
      script,
      digest,
      change,
      by,
      ...(agent !== undefined && { agent }),
      ...(task !== undefined && { task }),
      ...(factor !== undefined && factor !== null && { factor }),
      text: exits.text(text),
    });
  };

  #tellModified(version: ScriptVersion, why: string): void {
    const key = `${version.script} ${version.digest}`;
    const news = !this.#modified.has(key);
    this.#modified.set(key, version);
    this.#raise();
    if (news) void this.#record(version, 'refused', 'castellan', `modified: ${why}`).catch(() => undefined);
  }

  #raise(): void {
    const scripts = [...new Set([...this.#modified.values()].map(({ script }) => script))].sort();
    this.#host.parts.alarms.raise(
      ALARM,
      null,
      `${scripts.map((name) => `\`${name}\``).join(', ')}: the source that is kept is not what was approved; it does not run`,
      'look at who can write the state folder, then propose it again or restore a backup',
    );
  }

  /** Its bytes are there again, or nothing of it can run any more. */
  #forget(is: (version: ScriptVersion) => boolean): void {
    const over = [...this.#modified].filter(([, version]) => is(version));
    for (const [key] of over) this.#modified.delete(key);
    if (over.length === 0) return;
    if (this.#modified.size > 0) this.#raise();
    else this.#host.parts.alarms.end(ALARM, null);
  }
}

const mayRunYet = (version: ScriptVersion | null): boolean =>
  version?.state.kind === 'approved' || version?.state.kind === 'pending';

/** Says of each source that is read, or kept, and is as it should be. */
function heard(sources: Sources, good: (source: Digest) => void): Sources {
  return {
    ...sources,
    read(source) {
      const kept = sources.read(source);
      if (kept.kind === 'source') good(source);
      return kept;
    },
    keep(source) {
      const digest = sources.keep(source);
      good(digest);
      return digest;
    },
  };
}
