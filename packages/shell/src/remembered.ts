// What was looked up once during one analysis is not looked up again: a look at the disk costs more than everything else here.
// INVARIANT: kept for one command only, so that the next one sees the world as it is then.
import type { Facts, PathFact } from '@castellan/contract';

export function remembered(facts: Facts): Facts {
  const paths = new Map<string, PathFact>();
  const patterns = new Map<string, readonly PathFact[] | null>();
  const undoable = new Map<string, boolean>();
  // One analysis is about one workspace.
  return {
    home: facts.home,
    stateFolder: facts.stateFolder,
    resolvePath(path, context) {
      const key = `${context.cwd}\0${path}`;
      let fact = paths.get(key);
      if (fact === undefined) {
        fact = facts.resolvePath(path, context);
        paths.set(key, fact);
      }
      return fact;
    },
    expandGlob(pattern, context) {
      const key = `${context.cwd}\0${pattern}`;
      let found = patterns.get(key);
      if (found === undefined) {
        found = facts.expandGlob(pattern, context);
        patterns.set(key, found);
      }
      return found;
    },
    isUndoable(path) {
      let answer = undoable.get(path);
      if (answer === undefined) {
        answer = facts.isUndoable(path);
        undoable.set(path, answer);
      }
      return answer;
    },
  };
}
