// `castellan try`: what would be decided, without a daemon and without doing anything.
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { faultLine, faulty, type Parsed, parseToolName } from '@castellan/contract';
import { toolOf } from '@castellan/policy';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { effectLines, shellLines, verdictLines } from '../text/drawing.ts';
import { type Line, line } from '../text/tone.ts';
import { visible } from '../text/visible.ts';
import { wrap } from '../text/wrap.ts';
import { type Judged, type JudgeOptions, judge, parseQuestion } from './judge.ts';
import { type Loaded, loadOrTell, policyFolder } from './load.ts';
import { rulesLooked, shellCommand } from './shell-call.ts';

export interface TryOptions {
  readonly jsonl?: boolean;
  readonly json?: boolean;
  readonly policy?: string;
  readonly cwd?: string;
  readonly interactive?: boolean;
  readonly explain?: boolean;
}

export async function tryCommand(
  context: Context,
  tool: string | undefined,
  input: string | undefined,
  options: TryOptions,
): Promise<ExitCode> {
  const { world, out } = context;
  if ((tool === undefined) !== (options.jsonl === true)) {
    return out.error(
      'give a shell command, or a tool and its input, or `--jsonl` with calls on stdin',
      ["`castellan try 'rm -rf build'`", '`castellan try Write \'{"file_path":"a.txt","content":"x"}\'`'],
      EXIT.usage,
    );
  }
  if (tool?.trim() === '') {
    return out.error('there is no command in this', ["`castellan try 'rm -rf build'`"], EXIT.usage);
  }
  const folder = policyFolder(world, out, options.policy);
  if (typeof folder === 'number') return folder;
  const loaded = loadOrTell(world, out, folder.path);
  if (typeof loaded === 'number') return loaded;
  const how = { now: world.clock.now(), interactive: options.interactive === true, builtInModule: BUILT_IN };
  const cwd = resolve(world.cwd, options.cwd ?? '.');
  if (tool === undefined) return tryLines(context, loaded, how, cwd);
  const asked = input === undefined && !isToolName(tool, loaded) ? commandCall(tool) : { tool, input: decode(input) };
  const judged = judgeText({ ...asked, cwd }, loaded, how, cwd);
  if (!judged.ok) {
    return out.error(
      'this is not a call',
      judged.faults.map((fault) => visible(faultLine(fault))),
      EXIT.usage,
    );
  }
  if (options.json) out.json(verdictOf(judged.value));
  else out.lines(judgedLines(judged.value, loaded, options.explain === true, out.width));
  return judged.value.verdict.outcome === 'deny' ? EXIT.denied : EXIT.done;
}

const BUILT_IN = 'claude-code';

/** A person who types a command knows what it is for: no advice to say so. */
const commandCall = (command: string) => ({ tool: 'Bash', input: { command, description: 'tried by hand' } });

/** Anything else that stands alone is a shell command: a misspelt tool name is one too, and its drawing says so. */
function isToolName(text: string, { policy }: Loaded): boolean {
  if (/\s/.test(text)) return false;
  const ref = parseToolName(text, BUILT_IN);
  if (!ref.ok || text.startsWith('mcp__')) return text.startsWith('mcp__');
  const info = toolOf(policy, ref.value.module, ref.value.tool);
  return info.class !== 'unclassified' || (text.includes('/') && info.module !== null);
}

function decode(text: string | undefined): unknown {
  if (text === undefined) return {};
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function judgeText(value: unknown, loaded: Loaded, how: JudgeOptions, cwd: string): Parsed<Judged> {
  const question = parseQuestion(value, cwd);
  return question.ok ? judge(question.value, loaded, how) : question;
}

function judgeLine(text: string, loaded: Loaded, how: JudgeOptions, cwd: string): Parsed<Judged> {
  if (text.trim() === '') return faulty({ path: '', message: 'the line is empty' });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return faulty({ path: '', message: 'not JSON' });
  }
  return judgeText(value, loaded, how, cwd);
}

const verdictOf = ({ verdict, effects, summary }: Judged): object => ({
  outcome: verdict.outcome,
  effects,
  reasons: verdict.reasons,
  summary,
  toolClass: verdict.toolClass,
  scope: verdict.scope,
});

/** One verdict a line, in the order of the lines. A bad line is answered by its error and spoils no other. */
async function tryLines({ world, out }: Context, loaded: Loaded, how: JudgeOptions, cwd: string): Promise<ExitCode> {
  let bad = 0;
  for await (const text of createInterface({ input: world.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    const judged = judgeLine(text, loaded, how, cwd);
    if (!judged.ok) bad += 1;
    // Every line has its answer, an empty one too: the asker pairs them by their order.
    out.line(JSON.stringify(judged.ok ? verdictOf(judged.value) : { error: judged.faults.map(faultLine).join('; ') }));
  }
  if (bad > 0) return out.error(`${bad} of the lines were not calls`, ['each has an `error` in its place']);
  return EXIT.done;
}

function judgedLines(judged: Judged, { policy, facts }: Loaded, whole: boolean, width: number): readonly Line[] {
  const { verdict, effects, summary, call } = judged;
  const known = { home: facts.home, workspace: call.workspace };
  const command = shellCommand(call, policy);
  return [
    ...(command === undefined
      ? [
          ...wrap(visible(summary), width).map((text) => line(text, 'strong')),
          ...effectLines(effects, known, width, false),
        ]
      : shellLines(command, effects, known, width)),
    line(''),
    ...verdictLines(verdict, width),
    ...(whole
      ? [line(''), ...rulesLooked(call, effects, verdict, policy).map((text) => line(visible(text), 'quiet'))]
      : []),
  ];
}
