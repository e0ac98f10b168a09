// The walk over a parsed script: which commands may run, in which state of the shell. Every node is either analysed or
// reported as unknown; there is no node that is silently skipped.
import type {
  AndOr,
  CommandNode,
  CompoundCommand,
  CompoundList,
  Coproc,
  For,
  If,
  ParsedScript,
  Pipeline,
  Redirected,
  Select,
  Statement,
  While,
} from 'unbash';
import { walkCase } from './case.ts';
import { extent } from './changes.ts';
import { DIFFERS } from './chunks.ts';
import { spanOf } from './field.ts';
import { asCommand, defineFunction } from './functions.ts';
import { allParams } from './lookup.ts';
import { walkRedirects } from './redirect.ts';
import { addUnknown, conditionally, doubtfully, type Run } from './run.ts';
import { walkCommand } from './simple.ts';
import {
  after,
  afterChild,
  bothWays,
  type Flow,
  join,
  keepsAll,
  lost,
  type State,
  type Stdin,
  withFound,
  withVar,
} from './state.ts';
import { type Outcome, walkTest } from './test-expression.ts';
import { handsOn, notePiped } from './told-names.ts';
import { isDangerous } from './variables.ts';
import { checkApart, type Field, fieldsOf, visitArithmetic, withPending } from './word.ts';

const UNREACHED: Flow = { success: undefined, failure: undefined };
const UNKNOWN: Stdin = { kind: 'unknown' };
const MAX_PRINTED = 65_536;
const MAX_TURNS = 32;
const MAX_ROUNDS = 4;

const printing = (flow: Flow, stdout: string | undefined): Flow =>
  stdout === undefined ? { success: flow.success, failure: flow.failure } : { ...flow, stdout };
const both = (a: string | undefined, b: string | undefined): string | undefined =>
  a === undefined || b === undefined || a.length + b.length > MAX_PRINTED ? undefined : a + b;

export function walkScript(run: Run, script: ParsedScript, state: State): Flow {
  const [error] = script.errors ?? [];
  if (error !== undefined) addUnknown(run, '', spanOf(script), `not valid shell: ${error.message}`);
  return walkStatements(run, script.commands, state);
}

function walkStatements(run: Run, statements: readonly Statement[], state: State): Flow {
  let flow: Flow = { ...bothWays(state), stdout: '' };
  for (const statement of statements) {
    const before = after(flow);
    if (before === undefined) return UNREACHED;
    // In the background it runs beside what follows; what it sets stays its own, but files it makes do not.
    if (statement.background === true) {
      run.concurrent = true;
      const end = afterChild(before, walkNode(run, statement.command, before));
      flow = bothWays(after(end) ?? before);
    } else {
      const next = walkNode(run, statement.command, before);
      flow = printing(next, both(flow.stdout, next.stdout));
    }
  }
  return flow;
}

const walkList = (run: Run, list: CompoundList, state: State): Flow => walkStatements(run, list.commands, state);

export function walkNode(run: Run, node: Statement['command'], state: State): Flow {
  switch (node.type) {
    case 'AndOr':
      return walkAndOr(run, node, state);
    case 'Pipeline':
      return walkPipeline(run, node, state);
    case 'Command':
      return walkCommand(run, node, state);
    case 'Redirected':
      return walkRedirected(run, node, state);
    case 'Function':
      return defineFunction(run, node, state);
    case 'Coproc':
      return walkCoproc(run, node, state);
    default:
      return walkCompound(run, node, state);
  }
}

/** `a && b || c`: left to right, each with what is known when it runs. What cannot run (`true || x`) is not counted. */
function walkAndOr(run: Run, node: AndOr, state: State): Flow {
  let flow = bothWays(state);
  for (const [index, command] of node.commands.entries()) {
    const operator = index === 0 ? undefined : node.operators[index - 1];
    const before = operator === undefined ? state : operator === '&&' ? flow.success : flow.failure;
    if (before === undefined) continue;
    const next = walkNode(run, command, before);
    if (operator === undefined) flow = next;
    else {
      const surely = (operator === '&&' ? flow.failure : flow.success) === undefined;
      const stdout = surely || next.stdout === '' ? both(flow.stdout, next.stdout) : undefined;
      flow =
        operator === '&&'
          ? printing({ success: next.success, failure: join(flow.failure, next.failure) }, stdout)
          : printing({ success: join(flow.success, next.success), failure: next.failure }, stdout);
    }
  }
  return flow;
}

/** Each part runs in a shell of its own (the last perhaps not), at the same time as the others. */
function walkPipeline(run: Run, node: Pipeline, state: State): Flow {
  if (node.commands.length === 1 && node.operators.length === 0) {
    const [only] = node.commands;
    if (only === undefined) return bothWays(state);
    const flow = walkNode(run, only, state);
    const negations = node.prefixes.filter((prefix) => prefix.type === 'Negation').length;
    return negations % 2 === 1 ? printing({ success: flow.failure, failure: flow.success }, flow.stdout) : flow;
  }
  run.concurrent = true;
  let joined: State | undefined = state;
  let flow: Flow = UNREACHED;
  let names: Stdin | undefined;
  for (const [index, command] of node.commands.entries()) {
    const plain = index > 0 && node.operators[index - 1] === '|';
    const piped = plain ? flow.stdout : undefined;
    const unknown = (plain ? names : undefined) ?? UNKNOWN;
    const stdin: Stdin | undefined =
      index === 0 ? state.stdin : piped === undefined ? unknown : { kind: 'text', text: piped };
    const told = handsOn(run, command, () => walkNode(run, command, { ...state, stdin }));
    flow = told.flow;
    names = told.stdin;
    joined = join(joined, after(flow));
  }
  notePiped(run, node, names);
  const used: Stdin | undefined = state.stdin?.kind === 'text' ? UNKNOWN : state.stdin;
  return printing(bothWays({ ...(joined ?? state), stdin: used }), flow.stdout);
}

function walkRedirected(run: Run, node: Redirected, state: State): Flow {
  const streams = walkRedirects(run, node.redirects, state);
  const inner = streams.stdin === undefined ? state : { ...state, stdin: streams.stdin };
  const flow = walkCompound(run, node.command, inner);
  const back = (end: State | undefined): State | undefined =>
    end === undefined || streams.stdin === undefined ? end : { ...end, stdin: state.stdin };
  return printing(
    { success: back(flow.success), failure: back(flow.failure) },
    streams.printed ? flow.stdout : undefined,
  );
}

const decided = (state: State, outcome: Outcome): Flow => ({
  success: outcome === false ? undefined : state,
  failure: outcome === true ? undefined : state,
  stdout: '',
});

function walkCompound(run: Run, node: CompoundCommand | CompoundList, state: State): Flow {
  switch (node.type) {
    case 'CompoundList':
      return walkList(run, node, state);
    case 'BraceGroup':
      return walkList(run, node.body, state);
    case 'Subshell':
      return afterChild(state, walkList(run, node.body, state));
    case 'If':
      return walkIf(run, node, state);
    case 'While':
      return walkWhile(run, node, state);
    case 'For':
    case 'Select':
      return walkFor(run, node, state);
    case 'ArithmeticFor': {
      const calculate = (part: typeof node.test, before: State): State => {
        if (part === undefined) return before;
        visitArithmetic(run, part, before, '', spanOf(part));
        return settled(run, before);
      };
      const end = repeated(run, calculate(node.initialize, state), (before) => {
        const body = after(walkList(run, node.body, calculate(node.test, before)));
        return body === undefined ? undefined : calculate(node.update, join(body, run.loops.at(-1)) ?? body);
      });
      return bothWays(end);
    }
    case 'Case':
      return walkCase(run, node, state, walkList);
    case 'TestCommand': {
      const outcome = walkTest(run, node.expression, state);
      return decided(settled(run, state), outcome);
    }
    case 'ArithmeticCommand': {
      const { value } = visitArithmetic(run, node.expression, state, node.body, spanOf(node));
      return decided(settled(run, state), value === undefined ? undefined : value !== 0);
    }
  }
}

/** The state with what a calculation set. */
function settled(run: Run, state: State): State {
  const next = withPending(run, state);
  run.pending = undefined;
  return next;
}

function walkIf(run: Run, node: If, state: State): Flow {
  let reached: State | undefined = state;
  let end: Flow = UNREACHED;
  let stdout: string | undefined = '';
  const meet = (flow: Flow): void => {
    end = { success: join(end.success, flow.success), failure: join(end.failure, flow.failure) };
  };
  for (const branch of [node, ...node.elif]) {
    if (reached === undefined) break;
    const flow: Flow = walkList(run, branch.clause, reached);
    const { success, failure } = flow;
    stdout = both(stdout, flow.stdout);
    if (success !== undefined) {
      const body =
        failure === undefined
          ? walkList(run, branch.then, success)
          : conditionally(run, () => walkList(run, branch.then, success));
      stdout = failure === undefined || body.stdout === '' ? both(stdout, body.stdout) : undefined;
      meet(body);
    }
    reached = failure;
  }
  const last = reached;
  const { else: otherwise } = node;
  if (last !== undefined && otherwise !== undefined) {
    const only = after(end) === undefined;
    const body = only ? walkList(run, otherwise, last) : conditionally(run, () => walkList(run, otherwise, last));
    stdout = only || body.stdout === '' ? both(stdout, body.stdout) : undefined;
    meet(body);
  } else if (last !== undefined) meet({ success: last, failure: undefined });
  return printing(end, stdout);
}

/** Walks a body that may run any number of times until nothing more is lost by running it again. */
function repeated(run: Run, start: State, pass: (state: State) => State | undefined): State {
  let current = start;
  for (let round = 0; round < MAX_ROUNDS && run.steps > 0; round += 1) {
    const before = extent(run.changes);
    const next = turn(run, current, pass);
    if (keepsAll(next, current) && extent(run.changes) === before) return next;
    current = next;
  }
  return turn(run, lost(current), pass);
}

/** One turn of a loop: where it started, where it ended and where it was left are all places it may be now. */
function turn(run: Run, start: State, pass: (state: State) => State | undefined): State {
  run.loops.push(undefined);
  const end = conditionally(run, () => pass(start));
  return join(join(start, end), run.loops.pop()) ?? start;
}

function walkWhile(run: Run, node: While, state: State): Flow {
  const first = walkList(run, node.clause, state);
  const [going, done] = node.kind === 'while' ? [first.success, first.failure] : [first.failure, first.success];
  if (going === undefined)
    return { success: done, failure: undefined, ...(first.stdout === undefined ? {} : { stdout: first.stdout }) };
  const end = repeated(run, state, (before) => {
    const clause = walkList(run, node.clause, before);
    const entered = node.kind === 'while' ? clause.success : clause.failure;
    return join(after(clause), entered === undefined ? undefined : after(walkList(run, node.body, entered)));
  });
  return bothWays(end);
}

function walkFor(run: Run, node: For | Select, state: State): Flow {
  if (isDangerous(node.name.text))
    addUnknown(run, node.name.text, spanOf(node.name), 'a loop over a variable that may change other commands');
  const outer = { differs: run.differs, reading: run.reading };
  run.differs = false;
  run.reading = 'bash';
  const words = (): readonly Field[] => (node.wordlist ?? []).flatMap((word) => fieldsOf(run, word, state));
  const fields = words();
  const { differs } = run;
  run.reading = 'zsh';
  const others = differs ? words() : [];
  run.differs = outer.differs;
  run.reading = outer.reading;
  for (const [index, word] of (node.wordlist ?? []).entries()) checkApart(run, node.wordlist?.[index - 1], word);
  const start = settled(run, state);
  const frozen = run.frozen.has(node.name.text);
  const [only] = fields;
  const names = fields.length === 1 && only?.kind === 'unknown' && !differs && !frozen ? only.names : undefined;
  const body = (before: State, value: string | undefined): Flow =>
    walkList(
      run,
      node.body,
      names === undefined
        ? withVar(before, node.name.text, frozen ? undefined : value)
        : withFound(before, node.name.text, names),
    );
  const values = node.wordlist === undefined ? allParams(state) : textsOf(fields);
  const otherValues = textsOf(others);
  if (node.type === 'Select' || values === undefined || otherValues === undefined)
    return bothWays(repeated(run, start, (before) => after(body(before, undefined))));
  if (Math.max(values.length, otherValues.length) > MAX_TURNS)
    return bothWays(repeated(run, start, (before) => after(body(before, undefined))));
  if (differs)
    return doubtfully(run, DIFFERS, () => {
      const bash = eachTurn(run, start, values, body).state;
      return bothWays(join(bash, eachTurn(run, start, otherValues, body).state) ?? bash);
    });
  const { state: end, stdout } = eachTurn(run, start, values, body);
  return printing(bothWays(end), stdout);
}

const textsOf = (fields: readonly Field[]): readonly string[] | undefined => {
  const texts = fields.map((field) => (field.kind === 'text' ? field.text : undefined));
  return texts.every((text) => text !== undefined) ? texts : undefined;
};

interface Turns {
  readonly state: State;
  readonly stdout: string | undefined;
}

/** A body once for each value, in order. Where it was left by `break` is a place it may be now, and so is where a turn ended. */
function eachTurn(
  run: Run,
  start: State,
  values: readonly string[],
  body: (state: State, value: string) => Flow,
): Turns {
  let current = start;
  let stdout: string | undefined = '';
  for (const value of values) {
    run.loops.push(undefined);
    const flow = body(current, value);
    const left = run.loops.pop();
    stdout = left === undefined ? both(stdout, flow.stdout) : undefined;
    current = join(after(flow), left === undefined ? undefined : join(left, current)) ?? current;
  }
  return { state: current, stdout };
}

/** It runs beside what follows, with pipes nobody knows the ends of. */
function walkCoproc(run: Run, node: Coproc, state: State): Flow {
  run.concurrent = true;
  // Where it cannot be started a shell may look for a command of its name instead.
  addUnknown(
    run,
    node.name?.text ?? '',
    spanOf(node),
    'a command beside this one, which shells start in different ways',
  );
  const end = afterChild(state, walkNode(run, asCommand(node.body as CommandNode), { ...state, stdin: UNKNOWN }));
  return bothWays(withVar(after(end) ?? state, 'COPROC', undefined));
}
