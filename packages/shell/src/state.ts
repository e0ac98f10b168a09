// What is known of the shell between two commands. Values are immutable; where two ways meet, only what both agree on stays.

export interface State {
  /** Every folder the shell may be in now, as it would print it (links not resolved). `undefined`: not known. */
  readonly cwds: readonly string[] | undefined;
  /** Variables whose value is certain. Absent: not known. */
  readonly vars: ReadonlyMap<string, string>;
  /** A link or a folder was made, moved or removed before: from here on a path may lead elsewhere than it does now. */
  readonly pathsMoved: boolean;
  /** `$1`, `$2` … Absent: not known. A new shell gets its own: `newShell(state, ['$0', 'a', 'b'])`. */
  readonly params?: readonly string[] | undefined;
}

/** What is known after a command that succeeded, and after one that failed. `undefined`: that cannot happen. */
export interface Flow {
  readonly success: State | undefined;
  readonly failure: State | undefined;
  /** Everything it prints to its standard output. Absent: not known. */
  readonly stdout?: string;
}

/**
 * What a new shell knows (`sh -c text $0 $1 …`): where it is and its own parameters, none of the variables, which may come from
 * anywhere. Analyse its text with `run.text(run, text, newShell(state, words), span)`.
 */
export const newShell = (state: State, words: readonly string[] | undefined): State => ({
  cwds: state.cwds,
  vars: new Map(),
  pathsMoved: state.pathsMoved,
  params: words,
});

const MAX_CWDS = 4;

export const bothWays = (state: State): Flow => ({ success: state, failure: state });

export function join(a: State | undefined, b: State | undefined): State | undefined {
  if (a === undefined || a === b) return b;
  if (b === undefined) return a;
  const vars = new Map([...a.vars].filter(([name, value]) => b.vars.get(name) === value));
  return { cwds: joinCwds(a.cwds, b.cwds), vars, pathsMoved: a.pathsMoved || b.pathsMoved };
}

function joinCwds(a: State['cwds'], b: State['cwds']): State['cwds'] {
  if (a === undefined || b === undefined) return undefined;
  const all = [...new Set([...a, ...b])];
  return all.length > MAX_CWDS ? undefined : all;
}

export const after = (flow: Flow): State | undefined => join(flow.success, flow.failure);

export function withVar(state: State, name: string, value: string | undefined): State {
  const vars = new Map(state.vars);
  if (value === undefined) vars.delete(name);
  else vars.set(name, value);
  return { ...state, vars };
}

/** Before a body that may run again: whatever it sets or wherever it goes may already have happened. */
export const beforeLoop = (state: State, moves: boolean): State => ({
  cwds: moves ? undefined : state.cwds,
  vars: new Map(),
  pathsMoved: true,
});
