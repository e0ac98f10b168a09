// `castellan doctor --fix`: shows what would be done, asks, and has the daemon do it item by item.
import type { CheckItem } from '@castellan/contract';
import { tell } from '../connection.ts';
import type { Context, JsonOption } from '../context.ts';
import type { ExitCode } from '../output.ts';
import { connectPerson } from '../session/person.ts';
import { visible } from '../text/visible.ts';
import { plural } from '../text/words.ts';
import { agreed } from './system/agreed.ts';

export interface MendOptions extends JsonOption {
  readonly yes?: boolean;
}

type Offered = CheckItem & { readonly mends: string };
const isOffered = (item: CheckItem): item is Offered => item.mends !== undefined;

/** What was done, one line each; or the exit code to end with. */
export async function mend(
  { world, out }: Context,
  { yes, json }: MendOptions,
): Promise<{ readonly done: readonly string[] } | ExitCode> {
  const connection = await connectPerson(world, out, 'doctor --fix');
  if (typeof connection === 'number') return connection;
  const { client } = connection;
  // Data is printed at the end, and nothing else beside it.
  const say = (text: string): void => (json === true ? out.note(text) : out.line(text));
  const answer = await client.checks();
  if (!answer.ok) return tell(out, answer.error);
  const offered = answer.value.checks.filter(isOffered);
  if (offered.length === 0) {
    say('nothing can be mended by itself; what is left says what to do');
    return { done: [] };
  }
  say('what would be done:');
  for (const { title, mends } of offered) say(`  ${visible(mends)} (${title})`);
  const go = await agreed(world, out, yes === true, `do ${plural(offered.length, 'thing')}? (yes/no) `);
  if (go !== null) return go;
  const done: string[] = [];
  for (const { id } of offered) {
    const mended = await client.mend({ params: { id } });
    if (!mended.ok) {
      // What was seen a moment ago is over.
      if (mended.error.kind === 'api' && mended.error.status === 409) continue;
      return tell(out, mended.error);
    }
    for (const text of mended.value.done) {
      say(`  ${visible(text)}`);
      done.push(text);
    }
  }
  return { done };
}
