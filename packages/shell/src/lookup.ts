// What a name is worth in a word: variables, positional parameters, arrays.
import type { Run } from './run.ts';
import type { State } from './state.ts';
import { isCalculated, isDangerous, isName } from './variables.ts';

/** The value of one variable or parameter, if it is certain in every shell. */
export function lookup(run: Run, name: string, state: State): string | undefined {
  if (run.pending?.has(name) === true) return run.pending.get(name) ?? undefined;
  if (/^\d+$/.test(name)) return state.params?.[Number(name)] ?? (beyond(state, Number(name)) ? '' : undefined);
  if (name === '#') return state.params === undefined ? undefined : String(Math.max(0, state.params.length - 1));
  const value = state.vars.get(name);
  if (value !== undefined) return value;
  if (name === 'HOME') return run.facts.home;
  if (name === 'PWD') return state.cwds?.length === 1 ? state.cwds[0] : undefined;
  if (name === 'IFS' && state.ifsChanged !== true) return ' \t\n';
  return undefined;
}

/** A whole number, nobody knows which. */
export function isSomeNumber(run: Run, name: string, state: State): boolean {
  if (/^[?$#!]$/.test(name)) return true;
  return run.pending?.has(name) === true ? run.pending.get(name) === null : state.numbers?.has(name) === true;
}

/**
 * A variable that was never set here: it comes from where the agent was started, and what it holds is not the agent's to
 * choose. Not those that shells set by themselves, nor those that options are kept in.
 */
export const isInherited = (run: Run, name: string, { own }: State): boolean =>
  own !== undefined &&
  isName(name) &&
  !own.has(name) &&
  run.pending?.has(name) !== true &&
  !isDangerous(name) &&
  !isCalculated(name) &&
  !BY_THE_SHELL.test(name) &&
  !HOLDS_OPTIONS.test(name);

/** As people call what they keep options in, or whole commands. */
const HOLDS_OPTIONS =
  /(?:opts?|options?|args?|flags?|params?|switch(?:es)?|cmds?|commands?|expr|predicates?|extra)\d*$/i;

/** What shells set from what was run, read or matched before (bash(1), zshparam(1), zshmodules(1)). */
const BY_THE_SHELL =
  /^(?:_|REPLY|reply|MAPFILE|OPTARG|OPTERR|COPROC|FUNCNAME|DIRSTACK|PIPESTATUS|pipestatus|HISTCMD|HISTCHARS|MATCH|MBEGIN|MEND|match|mbegin|mend|signals|words|widgets|READLINE_.*|COMP_.*|COMPREPLY|ARGC|ZSH_.*|func(?:stack|filetrace|sourcetrace|trace)|dis_.*|dirstack|history(?:words)?|job(?:states|texts|dirs)|usergroups|modules|builtins|patchars|keymaps|terminfo|termcap|errnos|sysparams|mapfile|langinfo|zsh_.*|epochtime|stat)$/;

/** Names of users, machines and numbers: one ordinary word each. */
const ORDINARY =
  /^(?:USER|LOGNAME|USERNAME|HOSTNAME|HOST|HOSTTYPE|MACHTYPE|OSTYPE|UID|EUID|GID|EGID|PPID|LINENO|RANDOM|SECONDS)$/;

/** What it holds is one ordinary word (`$USER`): the system gives it, and nothing here set it. */
export const isOrdinary = (run: Run, name: string, { own, ifsChanged }: State): boolean =>
  own !== undefined && !own.has(name) && run.pending?.has(name) !== true && ifsChanged !== true && ORDINARY.test(name);

/** More parameters were asked for than there are. */
const beyond = ({ params }: State, index: number): boolean =>
  params !== undefined && index > 0 && index >= params.length;

/** `$@`: every parameter, if all are known. */
export function allParams({ params }: State): readonly string[] | undefined {
  const values = params?.slice(1);
  return values?.every((value) => value !== undefined) === true ? values : undefined;
}

/** The elements of an array in their order, if it is an ordinary one. */
export function elements(name: string, state: State): readonly string[] | undefined {
  const array = state.arrays?.get(name);
  if (array === undefined || array.keyed) return undefined;
  return [...array.items.values()];
}

/** `${a[key]}`: lists count from one in zsh and from zero elsewhere. */
export function element(run: Run, name: string, key: string, state: State): string | undefined {
  const array = state.arrays?.get(name);
  if (array === undefined) return undefined;
  if (array.keyed) return array.items.get(key);
  if (!/^\d{1,4}$/.test(key)) return undefined;
  run.differs = true;
  return array.items.get(String(Number(key) - (run.reading === 'zsh' ? 1 : 0))) ?? '';
}
