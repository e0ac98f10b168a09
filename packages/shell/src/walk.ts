// The walk over a parsed script: which commands may run, in which state of the shell. Every node is either analysed or
// reported as unknown; there is no node that is silently skipped.
import type {
  AndOr,
  CommandNode,
  CompoundCommand,
  CompoundList,
  Coproc,
  If,
  ParsedScript,
  Pipeline,
  Function as ShellFunction,
  Statement,
  Word,
} from 'unbash';

import { walkRedirects } from './redirect.ts';
import { addUnknown, conditionally, type Run } from './run.ts';
import { walkCommand } from './simple.ts';
import { after, beforeLoop, bothWays, type Flow, join, type State, withVar } from './state.ts';
import { walkTest } from './test-expression.ts';
import { isDangerous } from './variables.ts';
import { fieldsOf, spanOf, valueFor, visitArithmetic } from './word.ts';

const UNREACHED: Flow = { success: undefined, failure: undefined };

export function walkScript(run: Run, script: ParsedScript, state: State): Flow {
  const [error] = script.errors ?? [];
  if (error !== undefined) addUnknown(run, '', spanOf(script), `not valid shell: ${error.message}`);
  return walkStatements(run, script.commands, state);
}

function walkStatements(run: Run, statements: readonly Statement[], state: State): Flow {
  let flow = bothWays(state);
  for (const statement of statements) {
    const before = after(flow);
    if (before === undefined) return UNREACHED;
    flow = walkNode(run, statement.command, before);
    // In the background it runs beside what follows; what it sets stays its own, but files it makes do not.
    if (statement.background === true) {
      run.concurrent = true;
      const moved = after(flow)?.pathsMoved ?? false;
      flow = bothWays({ ...before, pathsMoved: before.pathsMoved || moved });
    }
  }
  return flow;
}

const walkList = (run: Run, list: CompoundList, state: State): Flow => walkStatements(run, list.commands, state);

function walkNode(run: Run, node: Statement['command'], state: State): Flow {
  switch (node.type) {
    case 'AndOr':
      return walkAndOr(run, node, state);
    case 'Pipeline':
      return walkPipeline(run, node, state);
    case 'Command':
      return walkCommand(run, node, state);
    case 'Redirected':
      walkRedirects(run, node.redirects, state);
      return walkCompound(run, node.command, state);
    case 'Function':
      return walkFunction(run, node, state);
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
    else if (operator === '&&') flow = { success: next.success, failure: join(flow.failure, next.failure) };
    else flow = { success: join(flow.success, next.success), failure: next.failure };
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
    return negations % 2 === 1 ? { success: flow.failure, failure: flow.success } : flow;
  }
  run.concurrent = true;
  let joined: State | undefined = state;
  for (const command of node.commands) joined = join(joined, after(walkNode(run, command, state)));
  return bothWays(joined ?? state);
}

function walkCompound(run: Run, node: CompoundCommand | CompoundList, state: State): Flow {
  switch (node.type) {
    case 'CompoundList':
      return walkList(run, node, state);
    case 'BraceGroup':
      return walkList(run, node.body, state);
    case 'Subshell': {
      const end = after(walkList(run, node.body, state));
      return bothWays({ ...state, pathsMoved: state.pathsMoved || (end?.pathsMoved ?? false) });
    }
    case 'If':
      return walkIf(run, node, state);
    case 'While':
      return walkLoop(run, [node.clause, node.body], state, undefined);
    case 'For':
    case 'Select':
      for (const word of node.wordlist ?? []) fieldsOf(run, word, state);
      if (isDangerous(node.name.text))
        addUnknown(run, node.name.text, spanOf(node.name), 'a loop over a variable that may change other commands');
      return walkLoop(run, [node.body], state, node.name);
    case 'ArithmeticFor':
      for (const part of [node.initialize, node.test, node.update])
        if (part !== undefined) visitArithmetic(run, part, state, '', spanOf(part));
      return walkLoop(run, [node.body], state, undefined);
    case 'Case': {
      valueFor(run, node.word, state);
      let end: State | undefined = state;
      for (const item of node.items) {
        for (const pattern of item.pattern) valueFor(run, pattern, state);
        // A body may run after another one (`;&`), so each starts from everything known so far.
        const before: State = end ?? state;
        end = join(
          end,
          conditionally(run, () => after(walkList(run, item.body, before))),
        );
      }
      return bothWays(end ?? state);
    }
    case 'TestCommand':
      walkTest(run, node.expression, state);
      return bothWays(state);
    case 'ArithmeticCommand':
      visitArithmetic(run, node.expression, state, node.body, spanOf(node));
      return bothWays(state);
  }
}

function walkIf(run: Run, node: If, state: State): Flow {
  let reached: State | undefined = state;
  let end: State | undefined;
  for (const branch of [node, ...node.elif]) {
    if (reached === undefined) break;
    const flow: Flow = walkList(run, branch.clause, reached);
    const { success } = flow;
    if (success !== undefined)
      end = join(
        end,
        conditionally(run, () => after(walkList(run, branch.then, success))),
      );
    reached = flow.failure;
  }
  const last = reached;
  const { else: otherwise } = node;
  if (last !== undefined && otherwise !== undefined)
    end = join(
      end,
      conditionally(run, () => after(walkList(run, otherwise, last))),
    );
  else end = join(end, last);
  return bothWays(end ?? state);
}

function walkLoop(run: Run, lists: readonly CompoundList[], state: State, name: Word | undefined): Flow {
  const start = beforeLoop(state, true);
  const before = name === undefined ? start : withVar(start, name.text, undefined);
  const kept: State = movesFolder(lists) ? before : { ...before, cwds: state.cwds };
  let end: State | undefined = kept;
  for (const list of lists) {
    const current: State = end ?? kept;
    end = conditionally(run, () => after(walkList(run, list, current)));
  }
  return bothWays(join(kept, end) ?? kept);
}

/** Whether a body may change the folder. Looks at every word in it: a name in a variable counts as well as a plain one. */
function movesFolder(lists: readonly CompoundList[]): boolean {
  return lists.some((list) => /"value":"(?:cd|pushd|popd|chdir|eval|source|\.)"/.test(JSON.stringify(list)));
}

/** A function is analysed where it stands; what a call of it does later, with which arguments, is not followed. */
function walkFunction(run: Run, node: ShellFunction, state: State): Flow {
  addUnknown(run, node.name.text, spanOf(node), 'defines a function, which may stand for another command');
  conditionally(run, () => walkNode(run, asCommand(node.body), beforeLoop(state, true)));
  return bothWays(beforeLoop(state, true));
}

function walkCoproc(run: Run, node: Coproc, state: State): Flow {
  addUnknown(run, '', spanOf(node), 'starts a command beside this one');
  conditionally(run, () => walkNode(run, asCommand(node.body), state));
  return bothWays(beforeLoop(state, true));
}

/** A bare list as a body only comes with a parse error, which is already reported. */
function asCommand(body: CommandNode | CompoundList): CommandNode {
  if (body.type !== 'CompoundList') return body;
  return { type: 'BraceGroup', pos: body.pos, end: body.end, body };
}
