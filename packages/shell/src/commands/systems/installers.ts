// Package managers and what ends processes: known by what kind of thing they do, while their exact effects depend on what only
// the run shows.
import { addExecute, type Invocation } from '../../invocation.ts';
import { add, addUnknown } from '../../run.ts';
import { bothWays, type Flow, type State } from '../../state.ts';

const forgotten = (state: State): Flow => bothWays({ ...state, pathsMoved: true });

const INSTALLING = /^(?:install|i|in|ci|add|update|up|upgrade|exec|dlx|create|init|x|get|sync|fetch|build)$/;

/** Package managers: they fetch code and run it. */
export function walkInstaller({ run, name, args, span, state }: Invocation): Flow {
  const [first] = args;
  const only = first?.kind === 'text' ? first.text : undefined;
  if (args.length === 1 && only === '--version') {
    addExecute(run, name, span);
    return bothWays(state);
  }
  add(run, {
    kind: 'execute',
    target: only === undefined ? name : `${name} ${only}`,
    targetKind: 'text',
    certainty: 'possible',
    span,
    note: 'runs what packages and scripts bring along',
  });
  if (only === undefined || INSTALLING.test(only))
    add(run, {
      kind: 'connect',
      target: 'package registry',
      targetKind: 'host',
      place: 'public',
      certainty: 'possible',
      span,
    });
  addUnknown(run, name, span, 'scripts of packages can do anything');
  return forgotten(state);
}

export function walkEnding({ run, name, span, state }: Invocation): Flow {
  addUnknown(run, name, span, 'ends or signals processes, which may be the keeper’s own');
  return bothWays(state);
}
