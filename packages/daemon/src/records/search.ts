// Queries of what happened: the index, and the words that a person may use for what has an id.
import type { AgentId, Query, TaskId } from '@castellan/contract';
import { globMatches } from '@castellan/policy';
import type { Redactor } from '@castellan/secrets';
import type { Clock } from '../clock.ts';
import type { Exits } from '../exits/index.ts';
import { type FindQuery, type Found, find } from './find.ts';
import type { Placed, Records } from './records.ts';
import { SearchIndex, type SearchStatus } from './search-index.ts';

export interface SearchRooms {
  readonly records: Records;
  readonly exits: Exits;
  readonly redactor: Pick<Redactor, 'anyCase'>;
  readonly clock: Clock;
  /** The file of the index. */
  readonly path: string;
  /** What `~` stands for in a path. */
  readonly home: string;
  readonly agents: { list(): readonly { readonly id: AgentId; readonly name: string }[] };
  /** Tasks, those that ended too, the latest first. */
  tasks(): Promise<readonly { readonly id: TaskId; readonly title: string }[]>;
}

export interface LedgerPageQuery {
  readonly query: Query;
  readonly from?: number | undefined;
  readonly before?: number | undefined;
  readonly limit: number;
}

export interface LedgerPage {
  /** Ascending. */
  readonly records: readonly Placed[];
  readonly next: number | null;
  readonly searchedTo: number | null;
}

export class Search implements AsyncDisposable {
  readonly #rooms: SearchRooms;
  readonly #index: SearchIndex;

  private constructor(rooms: SearchRooms, index: SearchIndex) {
    this.#rooms = rooms;
    this.#index = index;
  }

  static open(rooms: SearchRooms): Search {
    const { records, exits, clock, path } = rooms;
    const source = {
      get size() {
        return records.size;
      },
      read: records.entries.bind(records),
      ofCall: (call: string) => records.calls.of(call),
      whole: async (index: number) => (await records.at([index]))[0]?.record ?? null,
    };
    const index = SearchIndex.open({ path, ledger: records.verifierKey, row: exits.row, source, clock });
    return new Search(rooms, index);
  }

  get status(): SearchStatus {
    return this.#index.status;
  }

  /** Records that cannot be found yet. */
  get behind(): number {
    const { indexed, size } = this.#index.status;
    return Math.max(0, size - indexed);
  }

  /** Makes the index anew; what is asked meanwhile finds what is in it. */
  remake(): Promise<void> {
    return this.#index.remake('somebody asked for it');
  }

  /** What was said to be recorded before this was asked is among it. */
  async find(asked: FindQuery): Promise<Found> {
    const { records, exits, redactor, clock, home, agents, tasks } = this.#rooms;
    await records.arrived();
    const named = (all: readonly { readonly id: string; readonly name: string }[], pattern: string) =>
      all.flatMap(({ id, name }) => (globMatches(pattern, exits.text(name).toLowerCase()) ? [id] : []));
    return find(asked, {
      index: this.#index,
      names: {
        agents: async (pattern) => named(agents.list(), pattern),
        tasks: async (pattern) =>
          named(
            (await tasks()).map(({ id, title }) => ({ id, name: title })),
            pattern,
          ),
      },
      shown: exits.text,
      hides: (text) => exits.text(text) !== text || redactor.anyCase().mentions(text).length > 0,
      shownRecord: (record) => JSON.parse(exits.json(record)) as unknown,
      now: () => clock.now(),
      home,
    });
  }

  /** A page of records. One without a query needs no index. */
  async page({ query, from, before, limit }: LedgerPageQuery): Promise<LedgerPage> {
    const { records } = this.#rooms;
    await records.arrived();
    const order = from === undefined ? 'newest' : 'oldest';
    const at = from ?? Math.min(before ?? records.size, records.size);
    const { positions, next, searchedTo } =
      query.length === 0 ? all(order, at, limit, records.size) : await this.find({ query, order, at, limit });
    const placed = await records.at(order === 'newest' ? positions.toReversed() : positions);
    return { records: placed, next, searchedTo };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#index[Symbol.asyncDispose]();
  }
}

function all(order: FindQuery['order'], at: number, limit: number, size: number): Found {
  const [low, high] = order === 'newest' ? [Math.max(0, at - limit), at] : [at, Math.min(size, at + limit)];
  const positions = Array.from({ length: Math.max(0, high - low) }, (_, n) =>
    order === 'newest' ? high - 1 - n : low + n,
  );
  if (order === 'oldest') return { positions, next: Math.max(at, high), searchedTo: null };
  return { positions, next: low > 0 ? low : null, searchedTo: null };
}
