// Quotas (D2): at most so many calls of an agent or a tool in a task, an hour or a day. Counted exactly: of a window only
// the latest `calls` times matter, so those are kept, read from the record index when a quota is first met after a start.
// INVARIANT: looked at and used in one synchronous step, so parallel calls cannot share the last one.
import type { Call, Instant, Quota, Reason } from '@castellan/contract';
import type { Tally } from '../store/index.ts';

const WINDOW_MS = { hour: 3_600_000, day: 86_400_000, task: Number.POSITIVE_INFINITY } as const;
const PER = { hour: 'in an hour', day: 'in a day', task: 'in a task' } as const;
/** Windows kept; those met longest ago are read again when they are met again. */
const MAX_KEPT = 2000;

export interface QuotaCall extends Pick<Call, 'agent' | 'task' | 'module' | 'tool'> {
  /** Every name the tool's module goes by. */
  readonly modules: readonly string[];
}

export class Quotas {
  readonly #tally: () => Tally;
  /** Times of counted calls, oldest first, at most as many as the quota allows. */
  readonly #times = new Map<string, Instant[]>();

  constructor(tally: () => Tally) {
    this.#tally = tally;
  }

  /** Refuses what is over, by quota. */
  floors(quotas: readonly Quota[], call: QuotaCall, now: Instant): readonly Reason[] {
    return quotas.flatMap((quota): readonly Reason[] => {
      if (!isAbout(quota, call)) return [];
      const times = this.#window(quota, call);
      const oldest = times[times.length - quota.calls];
      if (oldest === undefined || now - oldest >= WINDOW_MS[quota.per]) return [];
      const whose = quota.of === 'agent' ? 'this agent' : `\`${quota.of}\``;
      return [
        {
          source: 'turn',
          part: 'floor',
          id: `quota:${quota.of}:${quota.per}`,
          outcome: 'deny',
          text: `${whose} has had its ${quota.calls} calls ${PER[quota.per]}`,
          remedy:
            quota.per === 'task' ? 'raise the quota in `limits.quotas`' : 'wait, or raise the quota in `limits.quotas`',
        },
      ];
    });
  }

  /** Counts a call that was not refused outright. */
  use(quotas: readonly Quota[], call: QuotaCall, now: Instant): void {
    for (const quota of quotas) {
      if (!isAbout(quota, call)) continue;
      const times = this.#window(quota, call);
      times.push(now);
      if (times.length > quota.calls) times.shift();
    }
  }

  #window(quota: Quota, call: QuotaCall): Instant[] {
    const [by, id] = quota.per === 'task' ? (['task', call.task] as const) : (['agent', call.agent] as const);
    const key = JSON.stringify([quota.of, quota.per, quota.calls, id]);
    const known = this.#times.get(key);
    if (known !== undefined) return known;
    const times = this.#tally()
      .times(by, id, quota.of === 'agent' ? [] : globsOf(quota.of, call.modules), quota.calls)
      .toReversed();
    this.#times.set(key, times);
    for (const oldest of this.#times.keys()) {
      if (this.#times.size <= MAX_KEPT) break;
      this.#times.delete(oldest);
    }
    return times;
  }
}

const isAbout = ({ of }: Quota, { modules, tool }: QuotaCall): boolean =>
  of === 'agent' || modules.some((module) => like(`${module}/${tool}`, of));

/** `*` stands for any text; names are told apart without their case, as denies are. */
function like(name: string, pattern: string): boolean {
  const source = pattern.split('*').map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${source.join('.*')}$`, 'is').test(name);
}

/** The same question for SQLite, once for every name of the module: records keep the name a call came under. */
function globsOf(pattern: string, modules: readonly string[]): readonly string[] {
  const tool = pattern.slice(pattern.indexOf('/'));
  const glob = (text: string): string => text.toLowerCase().replace(/[?[]/g, '[$&]');
  return [...new Set([glob(pattern), ...modules.map((module) => glob(`${module}${tool}`))])];
}
