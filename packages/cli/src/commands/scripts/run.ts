// `castellan scripts run`, `test`, `eval`, `cancel`. A run ends with 0 where the program succeeded, with 2 where it was not let.
import { type JsonValue, type ScriptErrorCode, type ScriptRun, scriptArgumentsSchema } from '@castellan/contract';
import { tell } from '../../connection.ts';
import type { Context, JsonOption } from '../../context.ts';
import { EXIT, type ExitCode } from '../../output.ts';
import { connectPerson } from '../../session/person.ts';
import { line } from '../../text/tone.ts';
import { visible } from '../../text/visible.ts';
import { type VersionOption, versionOf, viewOf } from './find.ts';
import { readSource } from './propose.ts';
import { runId } from './show.ts';
import { standInsOf } from './stand-ins.ts';
import { runLines } from './words.ts';

interface ArgsOption {
  readonly args?: string;
}
export interface RunOptions extends JsonOption, ArgsOption {
  /** `--no-wait`. */
  readonly wait: boolean;
}
export interface TestOptions extends JsonOption, ArgsOption, VersionOption {
  readonly calls: 'recorded' | 'refused';
  /** JSON, one for each call in their order. */
  readonly answer?: readonly string[];
  /** A file with a list of `{"value": …, "status": 200}`. */
  readonly answers?: string;
}

/** Nobody's fault in the program: somebody or something did not let it. */
const DENIED: ReadonlySet<ScriptErrorCode> = new Set<ScriptErrorCode>([
  'script_not_approved',
  'script_pending',
  'script_rejected',
  'script_disabled',
  'script_modified',
  'call_refused',
  'capability_missing',
  'quota_exceeded',
]);

export function argumentsOf({ out }: Context, { args }: ArgsOption): { readonly args: JsonValue[] } | ExitCode {
  if (args === undefined) return { args: [] };
  const hints = [`a JSON list, one value for each parameter of main: \`--args '["text", 3]'\``];
  try {
    const parsed = scriptArgumentsSchema.safeParse(JSON.parse(args));
    return parsed.success ? { args: parsed.data } : out.error('`--args` is no list of values', hints, EXIT.usage);
  } catch {
    return out.error('`--args` is not JSON', hints, EXIT.usage);
  }
}

function told({ out }: Context, run: ScriptRun, json: boolean | undefined): ExitCode {
  if (json) out.json(run);
  else out.lines(runLines(run, out.width));
  if (run.outcome === 'running') {
    if (!json) out.note(`\`castellan scripts log ${run.id}\` shows what became of it`);
    return EXIT.done;
  }
  if (run.outcome === 'succeeded') return EXIT.done;
  return run.error !== null && DENIED.has(run.error.code) ? EXIT.denied : EXIT.failure;
}

export async function scriptsRun(context: Context, name: string, options: RunOptions): Promise<ExitCode> {
  const { world, out } = context;
  const given = argumentsOf(context, options);
  if (typeof given === 'number') return given;
  const connection = await connectPerson(world, out, 'scripts run');
  if (typeof connection === 'number') return connection;
  const body = { args: given.args, wait: options.wait };
  const answer = await connection.client.runScript({ params: { name }, body });
  if (answer.ok) return told(context, answer.value, options.json);
  // Its hint is for an agent, who can only wait.
  if (answer.error.kind === 'api' && answer.error.error.error === 'conflict')
    return out.error(visible(answer.error.error.message), [`\`castellan scripts show ${name}\``], EXIT.denied);
  return tell(out, answer.error);
}

/** Nothing it asks for is done: its calls are noted and answered with a stand-in, or refused. */
export async function scriptsTest(context: Context, name: string, options: TestOptions): Promise<ExitCode> {
  const { world, out } = context;
  const given = argumentsOf(context, options);
  if (typeof given === 'number') return given;
  const answers = standInsOf(context, options);
  if (typeof answers === 'number') return answers;
  const connection = await connectPerson(world, out, 'scripts test');
  if (typeof connection === 'number') return connection;
  const { client } = connection;
  const found = await viewOf(out, client, name);
  if (typeof found === 'number') return found;
  const chosen = versionOf(out, found.view, options);
  if (typeof chosen === 'number') return chosen;
  const { digest, number } = chosen.version;
  const body = { digest, args: given.args, calls: options.calls, answers: answers.standIns };
  const answer = await client.testScript({ params: { name }, body });
  if (!answer.ok) return tell(out, answer.error);
  if (!options.json) out.lines([line(`${name}, version ${number}: nothing of this was done`, 'quiet')]);
  const ended = told(context, answer.value, options.json);
  const { outcome, calls } = answer.value;
  if (!options.json && outcome === 'failed' && calls.some((call) => call.outcome === 'recorded'))
    out.note(`\`castellan scripts test ${name} --answer JSON\` says what its calls answer, once for each`);
  return ended;
}

export async function scriptsEval(context: Context, path: string, options: JsonOption & ArgsOption): Promise<ExitCode> {
  const { world, out } = context;
  const given = argumentsOf(context, options);
  if (typeof given === 'number') return given;
  const read = await readSource(context, path);
  if (typeof read === 'number') return read;
  const connection = await connectPerson(world, out, 'scripts eval');
  if (typeof connection === 'number') return connection;
  const answer = await connection.client.evalScript({ body: { source: read.source, args: given.args } });
  return answer.ok ? told(context, answer.value, options.json) : tell(out, answer.error);
}

export async function scriptsCancel(context: Context, part: string, options: JsonOption): Promise<ExitCode> {
  const { world, out } = context;
  const connection = await connectPerson(world, out, 'scripts cancel');
  if (typeof connection === 'number') return connection;
  const id = await runId(context, part);
  if (typeof id === 'number') return id;
  const answer = await connection.client.cancelRun({ params: { id: id.id } });
  if (!answer.ok) return tell(out, answer.error);
  if (options.json) out.json(answer.value);
  else out.line(`${answer.value.id}: ${answer.value.outcome}`);
  return EXIT.done;
}
