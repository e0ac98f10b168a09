// Calls: binding arguments to parameters, and running what is called. Everything that counts a call is in `invoke`.
import { COST } from '../values/cost.ts';
import { Dict } from '../values/dict.ts';
import { Builtin, Cell, Func, type Named, type Run } from '../values/function.ts';
import { fromHost } from '../values/host-value.ts';
import { typeName } from '../values/inspect.ts';
import { EMPTY_TUPLE, Tuple } from '../values/list.ts';
import type { Value } from '../values/value.ts';
import type { Code, Frame } from './code.ts';
import { Fault } from './fault.ts';
import { STACK_BYTES, type Thread } from './thread.ts';

/** Calls whatever it is. The caller has set `thread.at`. @throws Fault */
export function callValue(thread: Thread, callee: Value, positional: readonly Value[], named: Named): Value {
  if (callee instanceof Func) return callFunction(thread, callee, positional, named);
  if (callee instanceof Builtin) {
    const result = runBuiltin(thread, callee.name, callee.run, callee.self, positional, named);
    return callee.own ? result : fromHost(result, callee.name, thread);
  }
  if (callee !== null && typeof callee === 'object' && 'extension' in callee) {
    const type = callee.extension;
    const { call } = type;
    if (call !== undefined) {
      const run: Run = (meter, self, given, names) => call(self as typeof callee, given, names, meter);
      return fromHost(runBuiltin(thread, type.name, run, callee, positional, named), type.name, thread);
    }
  }
  return thread.fail(`invalid call of non-function (${typeName(callee)})`);
}

/** Runs a built-in; its name is in the stack of a fault. */
export function runBuiltin(
  thread: Thread,
  name: string,
  run: Run,
  self: Value,
  positional: readonly Value[],
  named: Named,
): Value {
  const callerAt = thread.at;
  if (++thread.steps > thread.limit) thread.checkpoint();
  try {
    return run(thread, self, positional, named);
  } catch (thrown) {
    throw thread.leave(thrown, name, callerAt);
  }
}

function callFunction(thread: Thread, callee: Func, positional: readonly Value[], named: Named): Value {
  const { code } = callee;
  const frame: Frame = new Array(code.slots);
  frame[0] = callee.module as Frame[0];
  bind(thread, callee, frame, positional, named);
  for (let i = 0; i < callee.free.length; i += 1) frame[code.freeSlot + i] = callee.free[i];
  if (code.cells.length > 0) thread.allocate(COST.cell * code.cells.length);
  for (const slot of code.cells) frame[slot] = new Cell(frame[slot] as Value | undefined);
  return invoke(thread, code, frame);
}

/** Runs a function whose frame is ready. */
export function invoke(thread: Thread, code: Code, frame: Frame): Value {
  const callerAt = thread.at;
  // A run within another of the same program has the code for a while, and gives it back.
  const { active } = code;
  if (!code.recursive) enterOnce(thread, code);
  thread.depth += 1;
  thread.stack += code.weight;
  if (thread.depth > thread.maxDepth || thread.stack + code.peak > STACK_BYTES) tooDeep(thread, code, active);
  try {
    const result = code.run(thread, frame);
    thread.depth -= 1;
    thread.stack -= code.weight;
    if (!code.recursive) code.active = active;
    return result;
  } catch (thrown) {
    thread.depth -= 1;
    thread.stack -= code.weight;
    if (!code.recursive) code.active = active;
    throw thread.leave(thrown, code, callerAt);
  }
}

function enterOnce(thread: Thread, code: Code): void {
  if (code.active === thread) thread.fail(`function ${code.name} called recursively`);
  code.active = thread;
}

function tooDeep(thread: Thread, code: Code, active: Thread | undefined): never {
  thread.stack -= code.weight;
  thread.depth -= 1;
  if (!code.recursive) code.active = active;
  throw new Fault('budget', 'Starlark stack overflow', 'depth');
}

/** The arguments are not what the function takes: the fault is its own, and says where it begins. */
function refuseCall(code: Code, message: string): never {
  const fault = new Fault('eval', `function ${code.name} ${message}`);
  fault.passed.push({ code, at: code.at });
  throw fault;
}

/** Sets the parameters from the arguments. The order of the checks is starlark-go's, since a program sees which comes first. */
function bind(thread: Thread, callee: Func, frame: Frame, positional: readonly Value[], named: Named): void {
  const { code } = callee;
  const plain = code.parameters.length;
  if (plain === 0 && !code.hasArgs && !code.hasKwargs) {
    const given = positional.length + named.length;
    if (given > 0) refuseCall(code, `accepts no arguments (${given} given)`);
    return;
  }
  if (positional.length > code.positional && !code.hasArgs) tooMany(callee, positional.length);
  const count = Math.min(positional.length, code.positional);
  for (let i = 0; i < count; i += 1) frame[1 + i] = positional[i];
  if (code.hasArgs) frame[1 + plain] = surplus(thread, positional, count);
  let kwargs: Dict | undefined;
  if (code.hasKwargs) {
    thread.allocate(COST.dict);
    kwargs = new Dict();
    frame[1 + plain + (code.hasArgs ? 1 : 0)] = kwargs;
  }
  for (const [name, value] of named) bindName(thread, code, frame, kwargs, name, value);
  if (count < plain) bindDefaults(callee, frame, count);
}

function surplus(thread: Thread, positional: readonly Value[], count: number): Tuple {
  if (positional.length <= count) return EMPTY_TUPLE;
  thread.allocate(COST.tuple + COST.item * (positional.length - count));
  return new Tuple(positional.slice(count));
}

function tooMany(callee: Func, given: number): never {
  const { code, defaults } = callee;
  const most = defaults.length > code.parameters.length - code.positional ? 'at most ' : '';
  const plural = code.positional === 1 ? '' : 's';
  return refuseCall(code, `accepts ${most}${code.positional} positional argument${plural} (${given} given)`);
}

function bindName(
  thread: Thread,
  code: Code,
  frame: Frame,
  kwargs: Dict | undefined,
  name: string,
  value: Value,
): void {
  const slot = code.parameterOf.get(name);
  if (slot !== undefined) {
    if (frame[1 + slot] !== undefined) refuseCall(code, `got multiple values for parameter "${name}"`);
    frame[1 + slot] = value;
    return;
  }
  if (kwargs === undefined) refuseCall(code, `got an unexpected keyword argument "${name}"`);
  if (kwargs.has(name, thread)) refuseCall(code, `got multiple values for parameter "${name}"`);
  kwargs.set(name, value, thread);
}

function bindDefaults(callee: Func, frame: Frame, count: number): void {
  const { code, defaults } = callee;
  const firstDefault = code.parameters.length - defaults.length;
  const missing: string[] = [];
  for (let i = count; i < code.parameters.length; i += 1) {
    if (frame[1 + i] !== undefined) continue;
    const standard = i < firstDefault ? undefined : defaults[i - firstDefault];
    if (standard === undefined) missing.push(code.parameters[i] ?? '');
    else frame[1 + i] = standard;
  }
  if (missing.length === 0) return;
  const plural = missing.length > 1 ? 's' : '';
  refuseCall(code, `missing ${missing.length} argument${plural} (${missing.join(', ')})`);
}
