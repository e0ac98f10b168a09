// Autonomy 1 to 5: a mode and the budgets of a turn as one choice (P9). What stands beside it in the configuration is
// tightened further: of two limits the smaller holds.
import type { Autonomy, Budget, Config, Profile } from '@castellan/contract';

export interface Level {
  /** Levels 1 and 2 ask for whatever changes anything. */
  readonly mode: Profile;
  readonly turn: Budget;
}

const level = (mode: Profile, warn: number, pause: number | null, stop: number, minutes: number): Level => ({
  mode,
  turn: { calls: { warn, pause, stop }, minutes: { pause: minutes }, tokens: {} },
});

const LOWEST = level('safe', 25, 50, 80, 10);
const LEVELS: Readonly<Record<number, Level>> = {
  1: LOWEST,
  2: level('safe', 40, 80, 120, 15),
  3: level('auto', 60, null, 180, 25),
  4: level('auto', 90, null, 260, 35),
  5: level('auto', 140, null, 420, 60),
};

/** An unheard-of level is the lowest. */
export const autonomyLevel = (autonomy: Autonomy): Level => LEVELS[autonomy] ?? LOWEST;

/** What holds when the configuration says nothing. */
const TURN: Budget = { calls: { warn: 100, pause: 200, stop: 400 }, minutes: { pause: 60 }, tokens: {} };
const TASK: Budget = { calls: { stop: 2000 }, minutes: {}, tokens: {} };

export interface Budgets {
  readonly turn: Budget;
  readonly task: Budget;
}

/**
 * The budgets of a turn and of a task that hold under a configuration: in calls, minutes and tokens; null or absent: no limit.
 */
export function budgetsOf({ profile, limits }: Pick<Config, 'profile' | 'limits'>): Budgets {
  const own = profile.autonomy === undefined ? null : autonomyLevel(profile.autonomy).turn;
  return {
    turn: own === null ? over(TURN, limits.turn) : smaller(own, limits.turn),
    task: over(TASK, limits.task),
  };
}

/** What is said replaces what holds otherwise, number by number; null: no limit. */
const over = (base: Budget, said: Budget | undefined): Budget => ({
  calls: { ...base.calls, ...said?.calls },
  minutes: { ...base.minutes, ...said?.minutes },
  tokens: { ...base.tokens, ...said?.tokens },
});

type Numbers = { readonly [name: string]: number | null | undefined };

function least<T extends Numbers>(a: T, b: T | undefined): T {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b ?? {})])];
  const both = names.map((name) => {
    const values = [a[name], b?.[name]].filter((value): value is number => typeof value === 'number');
    return [name, values.length === 0 ? null : Math.min(...values)] as const;
  });
  // The names are those of the two arguments, so the shape is theirs.
  return Object.fromEntries(both) as T;
}

const smaller = (a: Budget, b: Budget | undefined): Budget => ({
  calls: least(a.calls, b?.calls),
  minutes: least(a.minutes, b?.minutes),
  tokens: least(a.tokens, b?.tokens),
});
