// What a reviewer lets the calls of a test run answer: values in their order, or a file with them.
import { readFileSync } from 'node:fs';
import { type ScriptStandIn, scriptStandInsSchema } from '@castellan/contract';
import type { Context } from '../../context.ts';
import { EXIT, type ExitCode } from '../../output.ts';
import { visible } from '../../text/visible.ts';

const HINTS = ['`--answer JSON` once for each call, or `--answers FILE`: a list of `{"value": 1, "status": 200}`'];

export function standInsOf(
  { out }: Context,
  {
    answer,
    answers,
    calls,
  }: { readonly answer?: readonly string[]; readonly answers?: string; readonly calls: string },
): { readonly standIns: readonly ScriptStandIn[] } | ExitCode {
  if (answer === undefined && answers === undefined) return { standIns: [] };
  if (answer !== undefined && answers !== undefined)
    return out.error('`--answer` and `--answers` do not go together', HINTS, EXIT.usage);
  if (calls === 'refused') return out.error('a call that is refused is answered with nothing else', HINTS, EXIT.usage);
  const what = answers === undefined ? '`--answer`' : `\`${visible(answers)}\``;
  try {
    const given: unknown =
      answers === undefined
        ? answer?.map((each) => ({ value: JSON.parse(each) as unknown }))
        : JSON.parse(readFileSync(answers, 'utf8'));
    const parsed = scriptStandInsSchema.safeParse(given);
    return parsed.success ? { standIns: parsed.data } : out.error(`${what} is no list of answers`, HINTS, EXIT.usage);
  } catch {
    return out.error(`${what} is not JSON, or cannot be read`, HINTS, EXIT.usage);
  }
}
