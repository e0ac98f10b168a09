// All collectors of the configuration, followed as it changes. RULE: without a row of `forward` nothing of this opens anything.
import {
  type Config,
  type ExportForm,
  type Forward,
  type ForwardView,
  type Instant,
  parseQuery,
  type Query,
} from '@castellan/contract';
import type { Alarms } from '../../alarms/index.ts';
import type { Clock } from '../../clock.ts';
import type { EventBus } from '../../events.ts';
import type { Records } from '../../records/index.ts';
import { Shown, type ShownFrom } from '../export/shown.ts';
import type { Select } from '../export/walk.ts';
import type { Form } from '../forms/forms.ts';
import { type DeliverFrom, deliverTo } from './deliver.ts';
import { Forwarder } from './forwarder.ts';
import { keepPlace, type PlaceStore, readPlace } from './place.ts';

export interface ForwardsFrom extends ShownFrom, Omit<DeliverFrom, 'signal'> {
  readonly records: Pick<Records, 'read' | 'query' | 'record' | 'size'>;
  readonly clock: Clock;
  readonly store: PlaceStore;
  readonly alarms: Pick<Alarms, 'raise' | 'end'>;
  readonly events: Pick<EventBus, 'subscribe'>;
  readonly config: () => Pick<Config, 'forward'>;
  readonly forms: Readonly<Record<ExportForm, Form>>;
  /** Null: every record. */
  readonly select: (query: Query) => Select | null;
}

interface Running {
  readonly forward: Forward;
  readonly forwarder: Forwarder;
  readonly stop: AbortController;
}

type Trouble = 'failing' | 'aside';

export class Forwards implements AsyncDisposable {
  readonly #from: ForwardsFrom;
  readonly #shown: Shown;
  readonly #running = new Map<string, Running>();
  readonly #troubles = new Map<string, Map<Trouble, string>>();
  /** One change of the configuration after the other. */
  #changing: Promise<void> = Promise.resolve();
  readonly #unsubscribe: () => void;

  private constructor(from: ForwardsFrom) {
    this.#from = from;
    this.#shown = new Shown(from);
    this.#unsubscribe = from.events.subscribe(
      () => void this.#follow(),
      (kind) => kind === 'policy',
    );
  }

  static async open(from: ForwardsFrom): Promise<Forwards> {
    const forwards = new Forwards(from);
    await forwards.#follow();
    return forwards;
  }

  list(): readonly ForwardView[] {
    return [...this.#running.values()].map(({ forwarder }) => forwarder.view);
  }

  /** Since when records wait for the one that is furthest behind; null: none do. What waits must not be sealed. */
  waitsSince(): Instant | null {
    const times = [...this.#running.values()].flatMap(({ forwarder }) => forwarder.waitsSince ?? []);
    return times.length === 0 ? null : Math.min(...times);
  }

  /** Null: there is none of that name. */
  async test(name: string): Promise<{ readonly name: string; readonly taken: boolean; readonly text: string } | null> {
    const running = this.#running.get(name);
    if (running === undefined) return null;
    const why = await running.forwarder.test();
    return { name, taken: why === null, text: why ?? 'it was taken' };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#unsubscribe();
    await this.#changing;
    await Promise.all([...this.#running.keys()].map((name) => this.#stop(name)));
  }

  #follow(): Promise<void> {
    this.#changing = this.#changing.then(() => this.#configure()).catch(() => undefined);
    return this.#changing;
  }

  async #configure(): Promise<void> {
    const wanted = new Map(this.#from.config().forward.map((forward) => [forward.name, forward]));
    for (const [name, { forward }] of this.#running)
      if (JSON.stringify(wanted.get(name)) !== JSON.stringify(forward)) await this.#stop(name);
    for (const [name, forward] of wanted) if (!this.#running.has(name)) await this.#start(forward);
  }

  async #start(forward: Forward): Promise<void> {
    const { records, store, forms, select } = this.#from;
    const { name, to, query } = forward;
    const as = forward.as ?? (to.startsWith('syslog+tls:') ? 'syslog' : 'otlp-logs');
    const known = await readPlace(store, name);
    // A ledger that was put back is shorter than what was sent of the one before.
    const place =
      known === null
        ? { next: forward.from === 'now' ? records.size : 0, setAside: 0, aside: [] }
        : { ...known, next: Math.min(known.next, records.size) };
    if (known === null) await keepPlace(store, name, place).catch(() => undefined);
    // The configuration took it, so it is one.
    const wanted = parseQuery(query);
    const stop = new AbortController();
    const forwarder = new Forwarder(
      { name, to, as, query },
      {
        ...this.#from,
        shown: this.#shown,
        form: forms[as],
        deliver: deliverTo(forward, as, { ...this.#from, signal: stop.signal }),
        select: select(wanted.ok ? wanted.value : []),
        troubled: (what, is, text) => this.#troubled(name, what, is ? text : null),
      },
      place,
    );
    this.#running.set(name, { forward, forwarder, stop });
  }

  async #stop(name: string): Promise<void> {
    const running = this.#running.get(name);
    if (running === undefined) return;
    this.#running.delete(name);
    running.stop.abort();
    await running.forwarder[Symbol.asyncDispose]();
    for (const what of ['failing', 'aside'] as const) this.#troubled(name, what, null);
  }

  /** One alarm for all of them, until each works again or is gone. */
  #troubled(name: string, what: Trouble, text: string | null): void {
    const troubles = this.#troubles.get(name) ?? new Map<Trouble, string>();
    if (text === null && !troubles.has(what)) return;
    if (text === null) troubles.delete(what);
    else if (!troubles.has(what)) troubles.set(what, text);
    this.#troubles.set(name, troubles);
    const named = (which: Trouble): string =>
      [...this.#troubles]
        .filter(([, has]) => has.has(which))
        .map(([each, has]) => `\`${each}\` (${has.get(which)})`)
        .sort()
        .join(', ');
    const [failing, aside] = [named('failing'), named('aside')];
    if (failing === '' && aside === '') {
      this.#from.alarms.end('forward-failed', null);
      return;
    }
    const said = [
      ...(failing === '' ? [] : [`no records reach ${failing}; they wait in the ledger`]),
      ...(aside === '' ? [] : [`some records were not taken by ${aside}; they are set aside`]),
    ];
    this.#from.alarms.raise(
      'forward-failed',
      null,
      said.join('. '),
      '`castellan forwards` shows where each stands; a test that is taken ends what was set aside: `castellan forwards test NAME`',
    );
  }
}
