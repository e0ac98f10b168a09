// What was looked up once during one analysis is not looked up again: a look at the disk costs more than everything else here,
// and within one analysis the same words must not lead to two places. INVARIANT: kept for one call only, so that the next one
// sees the world as it is then.
import type { Facts, PathContext, PathFact } from '@castellan/contract';

/** The same facts, as of one moment. What is already of one moment stays it. */
export const inOneMoment = (facts: Facts): Facts => (facts instanceof Moment ? facts : new Moment(facts));

class Moment implements Facts {
  readonly home: string;
  readonly stateFolder: string;
  readonly #facts: Facts;
  // One analysis is about one workspace.
  readonly #paths = new Map<string, Map<string, PathFact>>();
  #patterns: Map<string, readonly PathFact[] | null> | undefined;
  #undoable: Map<string, boolean> | undefined;

  constructor(facts: Facts) {
    this.home = facts.home;
    this.stateFolder = facts.stateFolder;
    this.#facts = facts;
  }

  resolvePath(path: string, { cwd, workspace }: PathContext): PathFact {
    let known = this.#paths.get(cwd);
    if (known === undefined) {
      known = new Map();
      this.#paths.set(cwd, known);
    }
    let fact = known.get(path);
    if (fact === undefined) {
      fact = this.#facts.resolvePath(path, { cwd, workspace, moment: this });
      known.set(path, fact);
    }
    return fact;
  }

  expandGlob(pattern: string, { cwd, workspace }: PathContext): readonly PathFact[] | null {
    this.#patterns ??= new Map();
    const key = `${cwd}\0${pattern}`;
    let found = this.#patterns.get(key);
    if (found === undefined) {
      found = this.#facts.expandGlob(pattern, { cwd, workspace, moment: this });
      this.#patterns.set(key, found);
    }
    return found;
  }

  isUndoable(path: string): boolean {
    this.#undoable ??= new Map();
    let answer = this.#undoable.get(path);
    if (answer === undefined) {
      answer = this.#facts.isUndoable(path, this);
      this.#undoable.set(path, answer);
    }
    return answer;
  }

  addressesAreBare(folder: string): boolean {
    return this.#facts.addressesAreBare(folder);
  }
}
