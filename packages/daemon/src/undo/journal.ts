// The road's side of undo: what a call would change is told before it runs, kept just before it does, and looked at again when
// it is over. INVARIANT: nothing here decides, but for one thing a person may ask for: `undo.required` refuses what cannot be kept.
import type { Call, CallId, Effect, Reversibility, UndoConfig } from '@castellan/contract';
import type { Store } from '../store/index.ts';
import { type Keeper, type KeptImages, limitsOf } from './keep/keeper.ts';
import { look } from './keep/look.ts';
import { beyondOf, type Keeping, reversibilityOf, rootsOf } from './keep/roots.ts';
import type { KeptCalls } from './kept-calls.ts';
import type { Images, Placed } from './seen.ts';

/** What of a call counts here. */
export type Attempt = Pick<Call, 'id' | 'task' | 'agent' | 'session' | 'workspace' | 'at' | 'module' | 'tool'>;

export interface Around {
  /** Paths that hold what is private, as rules of labels say. */
  readonly secret: readonly string[] | 'all';
  /** Takes out what of the call must not be shown. */
  readonly hide: <Value>(value: Value) => Value;
}

export interface Kept {
  /** null: it changes nothing that anybody would want back. */
  readonly reversibility: Reversibility | null;
  /** Why it must not run: what it changes cannot be kept, and a person wants it kept. */
  readonly refusal: string | null;
}

export interface JournalHost {
  readonly keeper: Keeper;
  readonly calls: KeptCalls;
  readonly rows: Store['undo'];
  readonly config: () => UndoConfig;
  /** What may be shown of a text. */
  readonly shown: (text: string) => string;
  /** Whether what stands at a path is private, whatever is in it. */
  readonly isPrivate: (path: string) => boolean;
}

interface Pending {
  readonly images: Pick<Images, 'call' | 'roots' | 'found'>;
  readonly reversibility: Reversibility | null;
  readonly release: () => void;
}

const NOTHING: Kept = { reversibility: null, refusal: null };
/** Calls whose end is awaited; an agent that never reports must not hold packs for ever. */
const MOST_PENDING = 2000;
const OFF = 'undo is switched off';
const MIB = 1_048_576;

/** What stands at a path that an undo could put back: folders on the way and what was only looked for do not count. */
const countOf = (found: readonly Placed[], roots: readonly { readonly path: string }[]): number => {
  const wanted = new Set(roots.map(({ path }) => path));
  return found.filter(
    ({ path, seen }) => seen.k === 'file' || seen.k === 'link' || (wanted.has(path) && seen.k !== 'not'),
  ).length;
};

export class Journal {
  readonly #host: JournalHost;
  readonly #pending = new Map<string, Pending>();

  constructor(host: JournalHost) {
    this.#host = host;
  }

  /** Before anybody is asked: whether what it would do could be taken back. Keeps and changes nothing. */
  async foresee(effects: readonly Effect[]): Promise<Reversibility | null> {
    const config = this.#host.config();
    const roots = rootsOf(effects);
    if (!config.enabled) return this.#told(effects, { paths: 0, not: roots.map(({ path }) => ({ path, why: OFF })) });
    const { found, not } = await look(roots, limitsOf(config));
    const wanted = new Set(roots.map(({ path }) => path));
    const most = config.maxFileMegabytes * MIB;
    const large = found.filter(({ stat }) => stat?.isFile() === true && stat.size > most);
    const others = found.filter(({ path, stat }) => stat?.isFile() || stat?.isSymbolicLink() || wanted.has(path));
    return this.#told(effects, {
      paths: others.length - large.length,
      not: [...not, ...large.map(({ path }) => ({ path, why: `it is larger than ${config.maxFileMegabytes} MiB` }))],
    });
  }

  /**
   * The call runs next. When this resolves what it says is kept is on disk. Never throws: a disk that takes nothing is no reason
   * to refuse, unless a person said so.
   */
  async keep(call: Attempt, effects: readonly Effect[], { secret, hide }: Around): Promise<Kept> {
    const told = (keeping: Keeping): Reversibility | null => hide(this.#told(effects, keeping));
    const config = this.#host.config();
    const roots = rootsOf(effects);
    const beyond = beyondOf(effects);
    if (roots.length === 0) return { ...NOTHING, reversibility: told({ paths: 0, not: [] }) };
    if (!config.enabled)
      return { ...NOTHING, reversibility: told({ paths: 0, not: roots.map(({ path }) => ({ path, why: OFF })) }) };
    const keeping = await this.keepRoots(call, roots, beyond, secret, told);
    const [first] = keeping.not;
    const refused = config.required && first !== undefined;
    if (refused) this.neverRan(call.id);
    return {
      reversibility: told(keeping),
      refusal: refused
        ? hide(
            this.#host.shown(
              `what it changes cannot be kept for undo (\`${first.path}\`: ${first.why}), and \`undo.required\` is set`,
            ),
          )
        : null,
    };
  }

  /** @returns what is kept now. Never throws. */
  async keepRoots(
    { id, task, agent, session, workspace, at, module, tool }: Attempt,
    roots: Images['roots'],
    beyond: readonly string[],
    secret: Around['secret'],
    told: (kept: Keeping) => Reversibility | null,
  ): Promise<Keeping> {
    const isPrivate = (path: string): boolean =>
      secret === 'all' ||
      this.#host.isPrivate(path) ||
      secret.some((each) => path === each || path.startsWith(`${each}/`));
    let kept: KeptImages;
    try {
      kept = await this.#host.keeper.keep({
        ...{
          call: id,
          task,
          agent,
          session,
          workspace,
          at,
          what: `${module}/${tool}`,
          beyond: [...beyond],
          roots,
          isPrivate,
        },
      });
      this.#host.rows.put({ call: id, task, agent, at, pack: kept.pack, place: kept.at });
    } catch (error) {
      const why = whyOf(error);
      return { paths: 0, not: roots.map(({ path }) => ({ path, why })) };
    }
    const { images, release } = kept;
    const keeping: Keeping = {
      paths: countOf(images.found, roots),
      not: images.found.flatMap(({ path, seen }) => (seen.k === 'not' ? [{ path, why: seen.why }] : [])),
    };
    const { call, found } = images;
    this.#pending.set(id, { images: { call, roots, found }, reversibility: told(keeping), release });
    for (const oldest of this.#pending.keys()) {
      if (this.#pending.size <= MOST_PENDING) break;
      this.over(oldest);
    }
    return keeping;
  }

  /**
   * The call is over: what it left is taken down. @returns what its record says. Never throws.
   * @param late nobody reported it: what stands there may be somebody else's work by now.
   */
  async left(call: CallId, late = false): Promise<Reversibility | null> {
    const pending = this.#pending.get(call);
    try {
      const images = pending?.images ?? (await this.#ofBefore(call));
      if (images === null) return pending?.reversibility ?? null;
      const left = await this.#host.keeper.left(images, late);
      const { pack, at } = await this.#host.keeper.keepLeft(left);
      this.#host.rows.left(call, pack, at);
    } catch {
      // What it left is not known then, and the plan of its undo says so.
    } finally {
      this.over(call);
    }
    return pending?.reversibility ?? null;
  }

  /** It was refused after all: an undo of it, or of its task, must not take what others do there for its work. */
  neverRan(call: string): void {
    const pending = this.#pending.get(call);
    if (pending === undefined) return;
    const { found } = pending.images;
    this.#host.rows.drop(call);
    // Beside what is kept too, where an index that is made again finds it.
    void this.#host.keeper
      .keepLeft({ v: 1, call, found })
      .catch(() => undefined)
      .finally(() => this.over(call));
  }

  /** Nothing more is expected of a call. */
  over(call: string): void {
    this.#pending.get(call)?.release();
    this.#pending.delete(call);
  }

  /** Of a call that was let through before the daemon was started anew. */
  async #ofBefore(call: string): Promise<Pending['images'] | null> {
    const row = this.#host.rows.get(call);
    if (row === null || row.left !== null) return null;
    const found = await this.#host.calls.get(call);
    return found.ok ? found.value.images : null;
  }

  #told(effects: readonly Effect[], keeping: Keeping): Reversibility | null {
    const told = reversibilityOf(effects, keeping);
    return told === null ? null : { ...told, text: this.#host.shown(told.text) };
  }
}

function whyOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'the disk is full';
  return `it could not be kept (${code === '' ? 'failed' : code})`;
}
