// Functions: a definition does nothing; the body is walked where it is called, with the arguments of the call.
import type { CommandNode, CompoundList, Function as ShellFunction } from 'unbash';
import { type Field, spanOf } from './field.ts';
import { addUnknown, type Call, conditionally, type Run, step } from './run.ts';
import type { Span } from './span.ts';
import {
  type Body,
  bothWays,
  type Defined,
  type Flow,
  join,
  keptParams,
  lost,
  type State,
  tooManyBodies,
} from './state.ts';

const MAX_CALLS = 12;
const MAX_OF_ONE = 3;

/** Functions that zsh calls by itself: when the folder changes, before a prompt, on a signal. */
const BY_ITSELF = /^(?:TRAP[A-Z0-9]+|chpwd|precmd|preexec|periodic|zshexit|zshaddhistory|zsh_directory_name|zle-.*)$/;

export function defineFunction(run: Run, node: ShellFunction, state: State): Flow {
  const name = node.name.text;
  const span = spanOf(node);
  if (BY_ITSELF.test(name)) addUnknown(run, name, span, 'a function that some shells call by themselves');
  // Names with more in them are looked up by some shells only, or mean several functions.
  else if (!/^[\w.:@%+-]+$/.test(name))
    addUnknown(run, name, span, 'a function whose name shells read in different ways');
  else if (node.body.type !== 'CompoundList') {
    // Those that were there are taken along each time.
    if (!step(run, span, 1 + (state.functions?.size ?? 0) / 16)) return bothWays(lost(state));
    const functions = new Map(state.functions ?? []);
    functions.set(name, { bodies: [{ node, outer: run.outerSpan }], perhaps: false });
    return { success: { ...state, functions }, failure: undefined, stdout: '' };
  }
  conditionally(run, () => run.node(run, asCommand(node.body), lost(state)));
  return bothWays(lost(state));
}

/** A bare list as a body only comes with a parse error, which is already reported. */
export function asCommand(body: CommandNode | CompoundList): CommandNode {
  if (body.type !== 'CompoundList') return body;
  return { type: 'BraceGroup', pos: body.pos, end: body.end, body };
}

export function callFunction(
  run: Run,
  defined: Defined,
  name: string,
  args: readonly Field[],
  state: State,
  span: Span,
): Flow {
  const same = run.calls.filter((call) => call.name === name).length;
  if (run.calls.length >= MAX_CALLS || same >= MAX_OF_ONE || tooManyBodies(defined) || !step(run, span)) {
    addUnknown(run, name, span, 'a function that calls itself, or has too many meanings');
    return bothWays(lost(state));
  }
  const only = defined.bodies.length === 1 && !defined.perhaps;
  let all: Flow | undefined;
  for (const body of defined.bodies) {
    const flow = only
      ? callBody(run, body, name, args, state)
      : conditionally(run, () => callBody(run, body, name, args, state));
    all =
      all === undefined ? flow : { success: join(all.success, flow.success), failure: join(all.failure, flow.failure) };
  }
  return all ?? bothWays(state);
}

function callBody(run: Run, { node, outer }: Body, name: string, args: readonly Field[], state: State): Flow {
  const told = args.every((word) => word.kind === 'text' || (word.kind === 'unknown' && word.single === true));
  const params = told
    ? [state.params?.[0], ...args.map((word) => (word.kind === 'text' ? word.text : undefined))]
    : undefined;
  const call: Call = { name, locals: new Set(), returned: undefined };
  const { outerSpan } = run;
  run.calls.push(call);
  run.outerSpan = outer;
  const flow = run.node(run, asCommand(node.body), { ...state, params: keptParams(params) });
  run.outerSpan = outerSpan;
  run.calls.pop();
  const back = (end: State | undefined): State | undefined =>
    end === undefined ? undefined : restored(end, state, call.locals);
  const { returned } = call;
  return {
    success: back(join(flow.success, returned)),
    failure: back(join(flow.failure, returned)),
    ...(flow.stdout === undefined || returned !== undefined ? {} : { stdout: flow.stdout }),
  };
}

/** What was local is again what it was before the call. */
function restored(end: State, before: State, locals: ReadonlySet<string>): State {
  if (locals.size === 0) return { ...end, params: before.params };
  const vars = new Map(end.vars);
  const arrays = new Map(end.arrays ?? []);
  const numbers = new Set(end.numbers ?? []);
  for (const name of locals) {
    const [value, array] = [before.vars.get(name), before.arrays?.get(name)];
    vars.delete(name);
    arrays.delete(name);
    numbers.delete(name);
    if (value !== undefined) vars.set(name, value);
    if (array !== undefined) arrays.set(name, array);
    if (before.numbers?.has(name) === true) numbers.add(name);
  }
  return { ...end, params: before.params, vars, arrays, numbers, found: undefined };
}
