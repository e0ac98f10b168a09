// Ordinary commands under the shipped policy: how often a person would be asked, and why.
import type { Effect } from '@castellan/contract';
import type { Policy } from '@castellan/policy';
import { toolOf } from '@castellan/policy';
import { createEngine, type Judged } from './engine.ts';
import type { OrdinaryRow } from './rows.ts';
import type { World } from './world.ts';

export interface OrdinaryScore {
  readonly rows: number;
  readonly asked: number;
  readonly share: number;
  /** By the effect or rule that made it so, most frequent first. */
  readonly reasons: readonly {
    readonly reason: string;
    readonly count: number;
    readonly examples: readonly string[];
  }[];
  /** Milliseconds of analysis and decision. */
  readonly p50: number;
  readonly p99: number;
  readonly worst: number;
  readonly asks: readonly { readonly id: string; readonly command: string; readonly reason: string }[];
}

/** @throws when a command makes the analysis throw: it must answer whatever it is given. */
export function scoreOrdinary(rows: readonly OrdinaryRow[], world: World): OrdinaryScore {
  const engine = createEngine({ facts: world.facts });
  const times: number[] = [];
  const asks = rows.flatMap(({ id, command }) => {
    const begin = performance.now();
    const judged = engine.judge({ tool: 'Bash', input: { command, description: 'x' }, cwd: world.cwd });
    times.push(performance.now() - begin);
    if (judged.effects.length === 0) throw new Error(`no effects: ${command}`);
    return judged.passes ? [] : [{ id, command, reason: whyAsked(judged, engine.policy) }];
  });
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return {
    rows: rows.length,
    asked: asks.length,
    share: asks.length / Math.max(1, rows.length),
    reasons: counted(asks),
    p50: at(0.5),
    p99: at(0.99),
    worst: at(1),
    asks,
  };
}

function counted(asks: OrdinaryScore['asks']): OrdinaryScore['reasons'] {
  const groups = Map.groupBy(asks, ({ reason }) => reason);
  return [...groups]
    .map(([reason, found]) => ({
      reason,
      count: found.length,
      examples: found.slice(0, 3).map(({ command }) => command.slice(0, 120)),
    }))
    .sort((a, b) => b.count - a.count);
}

/** One line: the rule that decided, or the first effect that is not safe, worst first. */
export function whyAsked({ effects, reason }: Judged, policy: Policy): string {
  if (reason.source === 'critical-rule' || reason.source === 'strict-rule') return `rule ${reason.id}`;
  const { safe } = toolOf(policy, 'claude-code', 'Bash');
  const isSafe = (effect: Effect): boolean =>
    effect.certainty === 'certain' &&
    safe.some(
      (each) =>
        each.kind === effect.kind &&
        (each.places === undefined || each.places.includes(effect.place)) &&
        (effect.resource === undefined || each.resources?.includes(effect.resource) === true) &&
        (!each.undoable || effect.undoable === true),
    );
  const order = { unknown: 0, possible: 1, certain: 2 } as const;
  const [worst] = effects.filter((effect) => !isSafe(effect)).sort((a, b) => order[a.certainty] - order[b.certainty]);
  if (worst === undefined) return reason.text;
  const { kind, certainty, resource, place, note } = worst;
  const what = [certainty, kind, resource ?? '', place === 'none' ? '' : place].filter((part) => part !== '').join(' ');
  return certainty === 'certain' ? what : `${what}: ${noteClass(note)}`;
}

/** A note without what it quotes, so that the same cause counts as one. */
const noteClass = (note = 'no note'): string => note.replace(/`[^`]*`/g, '`…`').slice(0, 90);
