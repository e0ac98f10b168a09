// `castellan scripts inspect` and `scripts propose`: a source from a file or a pipe. Neither runs anything.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Inspection, MAX_SCRIPT_BYTES, type ScriptLimits, scriptNameSchema } from '@castellan/contract';
import { tell } from '../../connection.ts';
import type { Context, JsonOption } from '../../context.ts';
import { EXIT, type ExitCode } from '../../output.ts';
import { connectPerson } from '../../session/person.ts';
import { type Line, line } from '../../text/tone.ts';
import { visible } from '../../text/visible.ts';
import { plural } from '../../text/words.ts';
import { labelled } from '../../text/wrap.ts';
import { size, stateWords } from './words.ts';

/** `-` is a pipe. Bytes that are no UTF-8 are refused: another source than the file's would be reviewed. */
export async function readSource(
  { world, out }: Context,
  path: string,
): Promise<{ readonly source: string } | ExitCode> {
  try {
    const source =
      path === '-'
        ? await text(world.stdin)
        : new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path));
    if (source === '') return out.error(`\`${visible(path)}\` is empty`, [], EXIT.usage);
    const bytes = new TextEncoder().encode(source).length;
    return bytes <= MAX_SCRIPT_BYTES
      ? { source }
      : out.error(`\`${visible(path)}\` has ${bytes} bytes`, [`a script has at most ${MAX_SCRIPT_BYTES}`], EXIT.usage);
  } catch (error) {
    const why = error instanceof TypeError ? 'is not UTF-8 text' : 'cannot be read';
    return out.error(`\`${visible(path)}\` ${why}`, ['a file, or `-` for a pipe'], EXIT.usage);
  }
}

export async function scriptsInspect(context: Context, path: string, options: JsonOption): Promise<ExitCode> {
  const { world, out } = context;
  const read = await readSource(context, path);
  if (typeof read === 'number') return read;
  const connection = await connectPerson(world, out, 'scripts inspect');
  if (typeof connection === 'number') return connection;
  const answer = await connection.client.inspectScript({ body: { source: read.source } });
  if (!answer.ok) return tell(out, answer.error);
  if (options.json) out.json(answer.value);
  else out.lines(inspectionLines(answer.value, path, out.width));
  return answer.value.kind === 'sound' ? EXIT.done : EXIT.failure;
}

function inspectionLines(seen: Inspection, path: string, width: number): readonly Line[] {
  if (seen.kind === 'faulty')
    return seen.faults.flatMap(({ line: at, column, message, hint }) => [
      ...labelled(at === 0 ? '' : `${visible(basename(path))}:${at}:${column}  `, visible(message), width).map((each) =>
        line(each, 'danger'),
      ),
      ...(hint === undefined ? [] : [line(`  hint: ${visible(hint)}`, 'quiet')]),
    ]);
  const { about, capabilities, loads, entry, parameters } = seen;
  const { secrets, hosts, tools, limits } = capabilities;
  const rows: readonly (readonly [string, string])[] = [
    ['about    ', about.description],
    ['starts   ', entry === 'main' ? `main(${parameters.join(', ')})` : 'no main: its `result`'],
    ['secrets  ', secrets.length === 0 ? 'none' : secrets.join(', ')],
    ['hosts    ', hosts.length === 0 ? 'none' : hosts.join(', ')],
    ['tools    ', tools.length === 0 ? 'none' : tools.join(', ')],
    ['loads    ', loads.join(', ')],
    ['limits   ', limitWords(limits)],
  ];
  return rows
    .filter(([, said]) => said !== '')
    .flatMap(([label, said]) => labelled(label, visible(said), width))
    .map((each) => line(each));
}

const limitWords = ({ seconds, steps, memoryBytes, outputBytes, calls }: ScriptLimits): string =>
  `${seconds} s, ${steps.toLocaleString('en')} steps, ${size(memoryBytes)} of memory, ${size(outputBytes)} of output, ${plural(calls, 'call')}`;

export interface ProposeOptions extends JsonOption {
  readonly name?: string;
  readonly note?: string;
}

/** Named after its file where nothing else is said. */
export async function scriptsPropose(context: Context, path: string, options: ProposeOptions): Promise<ExitCode> {
  const { world, out } = context;
  const name = scriptNameSchema.safeParse(options.name ?? basename(path).replace(/\.[a-z]+$/i, ''));
  if (!name.success)
    return out.error(
      options.name === undefined ? 'say what it is called' : `\`${visible(options.name)}\` is no name for a script`,
      ['`--name NAME`: lower-case letters, digits and `-`, a letter first'],
      EXIT.usage,
    );
  const read = await readSource(context, path);
  if (typeof read === 'number') return read;
  const connection = await connectPerson(world, out, 'scripts propose');
  if (typeof connection === 'number') return connection;
  const body = { name: name.data, source: read.source, note: options.note ?? '' };
  const answer = await connection.client.proposeScript({ body });
  if (!answer.ok) {
    // Faults are said as `inspect` says them, with the name of the file.
    const faults = answer.error.kind === 'api' ? (answer.error.error.faults ?? []) : [];
    if (options.json !== true && faults.some(({ path: at }) => at.startsWith('source'))) {
      const seen = await connection.client.inspectScript({ body: { source: read.source } });
      if (seen.ok && seen.value.kind === 'faulty') {
        out.lines(inspectionLines(seen.value, path, out.width));
        return EXIT.failure;
      }
    }
    return tell(out, answer.error);
  }
  const { script, number, state } = answer.value;
  if (options.json) out.json(answer.value);
  else {
    out.line(`${script}, version ${number}: ${stateWords(state)}`);
    if (state.kind === 'pending') {
      out.note(`\`castellan scripts test ${script}\` notes what it would do`);
      out.note(`\`castellan scripts approve ${script}\` shows it and asks`);
    }
  }
  return EXIT.done;
}
