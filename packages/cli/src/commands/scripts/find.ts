// Which version is meant: by its number, by its digest, or the one that most wants to be looked at.
import type { Client } from '@castellan/client';
import type { ScriptReview, ScriptVersion, ScriptView } from '@castellan/contract';
import { tell } from '../../connection.ts';
import { EXIT, type ExitCode, type Output } from '../../output.ts';
import { visible } from '../../text/visible.ts';
import { stateWords } from './words.ts';

export interface VersionOption {
  readonly version?: number;
  readonly digest?: string;
}

export async function viewOf(
  out: Output,
  client: Client,
  name: string,
): Promise<{ readonly view: ScriptView } | ExitCode> {
  const answer = await client.script({ params: { name } });
  if (answer.ok) return { view: answer.value };
  if (answer.error.kind === 'api' && answer.error.status === 404)
    return out.error(`there is no script \`${visible(name)}\``, ['`castellan scripts` lists them']);
  return tell(out, answer.error);
}

export function versionOf(
  out: Output,
  { name, versions, pending, approved, latest }: ScriptView,
  { version: number, digest }: VersionOption,
): { readonly version: ScriptVersion } | ExitCode {
  if (number === undefined && digest === undefined) return { version: pending[0] ?? approved ?? latest };
  const found = versions.filter(
    (each) =>
      (number === undefined || each.number === number) &&
      (digest === undefined ||
        each.digest === digest ||
        (digest.length >= 8 && each.digest.slice(7).startsWith(digest))),
  );
  const [version] = found;
  if (version !== undefined && found.length === 1) return { version };
  const what = number === undefined ? `digest \`${visible(digest ?? '')}\`` : `number ${number}`;
  return out.error(
    found.length > 1 ? `several versions of \`${name}\` have ${what}` : `no version of \`${name}\` has ${what}`,
    [
      `\`castellan scripts show ${name}\` lists them${digest === undefined ? '' : '; give eight or more characters of it'}`,
    ],
    EXIT.usage,
  );
}

export async function reviewOf(
  out: Output,
  client: Client,
  { script, digest }: ScriptVersion,
): Promise<{ readonly review: ScriptReview } | ExitCode> {
  const answer = await client.scriptVersion({ params: { name: script, digest } });
  return answer.ok ? { review: answer.value } : tell(out, answer.error);
}

/** Refuses what is not as it should be for a command, and says what it is. */
export const notThat = (out: Output, { script, number, state }: ScriptVersion, wanted: string): ExitCode =>
  out.error(`version ${number} of \`${script}\` is not ${wanted}: ${stateWords(state)}`, [
    `\`castellan scripts show ${script}\` lists its versions`,
  ]);
