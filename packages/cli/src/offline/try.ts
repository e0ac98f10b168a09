// `castellan try`: what would be decided, without a daemon and without doing anything.
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { faultLine, faulty, type Parsed } from '@castellan/contract';
import { explain } from '@castellan/policy';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { type Line, line } from '../text/tone.ts';
import { visible } from '../text/visible.ts';
import { effectText, effectTone, effectVerb, reasonText, worstFirst } from '../text/words.ts';
import { labelled } from '../text/wrap.ts';
import { type Judged, type JudgeOptions, judge, parseQuestion } from './judge.ts';
import { type Loaded, loadOrTell, policyFolder } from './load.ts';

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
      'give a tool and its input, or `--jsonl` with calls on stdin',
      ['`castellan try Bash \'{"command":"ls"}\'`'],
      EXIT.usage,
    );
  }
  const folder = policyFolder(world, out, options.policy);
  if (typeof folder === 'number') return folder;
  const loaded = loadOrTell(world, out, folder.path);
  if (typeof loaded === 'number') return loaded;
  const how = { now: world.clock.now(), interactive: options.interactive === true, builtInModule: 'claude-code' };
  const cwd = resolve(world.cwd, options.cwd ?? '.');
  if (tool === undefined) return tryLines(context, loaded, how, cwd);
  const judged = judgeText({ tool, input: decode(input ?? '{}'), cwd }, loaded, how, cwd);
  if (!judged.ok) {
    return out.error(
      'this is not a call',
      judged.faults.map((fault) => visible(faultLine(fault))),
      EXIT.usage,
    );
  }
  if (options.json) out.json(verdictOf(judged.value));
  else out.lines(verdictLines(judged.value, loaded, options.explain === true, out.width));
  return judged.value.verdict.outcome === 'deny' ? EXIT.denied : EXIT.done;
}

function decode(text: string): unknown {
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

const TONES = { allow: 'good', ask: 'caution', confirm: 'caution', deny: 'danger' } as const;
const MEANING = {
  allow: 'it would run, and be recorded',
  ask: 'the agent would ask in its own terminal',
  confirm: 'it would wait for a person',
  deny: 'it would be refused',
} as const;

function verdictLines(judged: Judged, loaded: Loaded, whole: boolean, width: number): readonly Line[] {
  const { verdict, effects, summary, call } = judged;
  const head = [
    line(`${verdict.outcome}: ${MEANING[verdict.outcome]}`, TONES[verdict.outcome]),
    line(visible(summary), 'strong'),
  ];
  if (whole) return [...head, ...explain(call, effects, verdict, loaded.policy).map((text) => line(visible(text)))];
  return [
    ...head,
    ...worstFirst(effects).flatMap((effect) =>
      labelled(`  ${effectVerb(effect.kind)} `, effectText(effect), width).map((text) =>
        line(text, effectTone(effect.kind)),
      ),
    ),
    ...(effects.length === 0 ? [line('  no effects')] : []),
    line('because', 'quiet'),
    ...verdict.reasons.flatMap((reason) => [
      ...labelled('  ', reasonText(reason), width).map((text) => line(text)),
      ...(reason.remedy === undefined
        ? []
        : labelled('    instead: ', visible(reason.remedy), width).map((text) => line(text, 'quiet'))),
    ]),
  ];
}
