// Runs a program: its file from the beginning, then `main`, or what `result` is. Ends with one message.
import {
  type Budget,
  callFunction,
  compile,
  Func,
  fromJson,
  json,
  List,
  math,
  type StarlarkError,
  struct,
  type Used,
  type Value,
} from '@castellan/starlark';
import type { Channel } from './channel.ts';
import { Exchange } from './exchange.ts';
import { failure } from './failure.ts';
import { Loading, left } from './loader.ts';
import { httpModule } from './modules/http.ts';
import { logModule } from './modules/log.ts';
import { secretsModule } from './modules/secrets.ts';
import { hostTimeModule } from './modules/time.ts';
import { toolsModule } from './modules/tools.ts';
import { MAX_SOURCE, PREDECLARED } from './predeclared.ts';
import { resultText } from './result.ts';
import type { RunTask } from './task.ts';

const DEPTH = 500;
const NOTHING: Used = { steps: 0, memoryBytes: 0, outputBytes: 0 };

/** @returns what the program came to, as the parent is told */
export function execute(task: RunTask, channel: Channel): unknown {
  const exchange = new Exchange(channel, task.reachesOut);
  const predeclared = new Map<string, Value>([
    ['json', json],
    ['math', math],
    ['struct', struct],
    ['http', httpModule(exchange)],
    ['log', logModule(exchange)],
    ['secrets', secretsModule(exchange, task.secrets)],
    ['time', hostTimeModule(exchange)],
    ['tools', toolsModule(exchange)],
  ]);
  const { steps, memoryBytes, outputBytes } = task.limits;
  const budget: Budget = { steps, memoryBytes, outputBytes, depth: DEPTH };
  const compiled = compile(task.name, task.source, { predeclared: PREDECLARED, maxSource: MAX_SOURCE });
  if (!compiled.ok) return failure(compiled.errors[0], NOTHING, undefined);

  const args = fromJson(task.args, { budget });
  if (!args.ok) return failure(args.error, args.used, undefined, 'arguments_invalid');
  const sources = new Map(task.loads.map(({ script, source }) => [script, source]));
  const loading = new Loading({ sources, predeclared, print: exchange.print });
  const ran = compiled.program.run({ ...loading.host(left(budget, args.used)), predeclared });
  let used = sum(args.used, ran.used);
  if (!ran.ok) return failure(ran.error, used, exchange.ending);

  const given = args.result instanceof List ? args.result.items : [];
  const main = ran.globals.get('main');
  let result = ran.globals.get('result');
  if (main instanceof Func) {
    const called = callFunction(main, given, loading.host(left(budget, used)));
    used = sum(used, called.used);
    if (!called.ok)
      return failure(called.error, used, exchange.ending, isBinding(called.error) ? 'arguments_invalid' : undefined);
    result = called.result;
  } else if (given.length > 0)
    return failure(plain('only `main` takes arguments, and there is none'), used, undefined, 'arguments_invalid');
  if (result === undefined)
    return failure(plain('there is neither a function `main` nor a `result`'), used, undefined, 'script_invalid');
  return resultText(result, left(budget, used), used);
}

/** Whether the arguments did not fit the parameters: that is said before anything in `main` runs, so that nobody else is on the stack. */
const isBinding = ({ kind, stack, message }: StarlarkError): boolean =>
  kind === 'eval' && stack.length <= 1 && message.startsWith('function main ');

const plain = (message: string): { readonly kind: 'eval'; readonly message: string } => ({ kind: 'eval', message });

function sum(a: Used, b: Used): Used {
  return {
    steps: a.steps + b.steps,
    memoryBytes: a.memoryBytes + b.memoryBytes,
    outputBytes: a.outputBytes + b.outputBytes,
  };
}
