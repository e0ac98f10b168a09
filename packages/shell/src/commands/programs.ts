// Programs that run what other files say: what kind of code that is, and the few uses that only look.
import { addExecute, type Invocation } from '../invocation.ts';
import { addPath } from '../paths.ts';
import { bothWays, type Flow } from '../state.ts';
import { addCode, spoken } from './add.ts';
import { PRINTS_FIRST, PROGRAMS, TELLS } from './tables/programs.ts';

/** Lists of sessions, which start nothing. */
const LISTS =
  /^(?:screen -(?:ls|list)|tmux (?:ls|list-sessions|list-windows|list-panes|list-clients|list-keys|list-commands|-V)|(?:gcc|g\+\+|cc|clang) (?:-v|-dumpversion|-dumpmachine)|man (?:-[kf] )?(?:\d\w* )?[\w:][\w:.+-]*|(?:tsc|vim|nvim|javac|ruff|black) (?:-v|-V|-version))$/;

export function walkProgram(invocation: Invocation): Flow | undefined {
  const { run, name, args, span, state } = invocation;
  const program = PROGRAMS.get(name);
  if (program === undefined) return undefined;
  const said = `${name} ${spoken(args)}`.trim();
  const [only] = args;
  const printsFirst = program.resource !== 'project-code' || PRINTS_FIRST.has(name);
  if (
    (printsFirst && args.length === 1 && only?.kind === 'text' && TELLS.test(only.text)) ||
    (args.every(({ kind }) => kind === 'text') && LISTS.test(said))
  ) {
    addExecute(run, name, span);
    return bothWays(state);
  }
  addCode(run, said, span, program.resource, program.note);
  for (const word of args)
    if (word.kind === 'text' && /^[./~]/.test(word.text)) addPath(run, 'read', word, state, { certainty: 'possible' });
  return bothWays({ ...state, pathsMoved: true });
}
