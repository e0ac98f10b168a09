// `castellan modules remove`, `restart`, `sign-out`: what only a person may do with a server.
import { tell } from '../../connection.ts';
import type { Context, JsonOption } from '../../context.ts';
import { EXIT, type ExitCode } from '../../output.ts';
import { askYes } from '../../prompt.ts';
import { askPerson, connectPerson } from '../../session/person.ts';
import { visible } from '../../text/visible.ts';
import { isInteractive } from '../../world.ts';

const QUESTION_MS = 120_000;

export async function modulesRemove(
  { world, out }: Context,
  name: string,
  options: JsonOption & { readonly yes?: boolean },
): Promise<ExitCode> {
  const connection = await connectPerson(world, out, 'modules remove');
  if (typeof connection === 'number') return connection;
  if (!options.yes) {
    if (!isInteractive(world))
      return out.error('removing a module needs a yes', ['add `--yes`; its manifest is deleted'], EXIT.usage);
    const question = `Remove ${visible(name)}, its manifest and what you accepted of it? [y/N] `;
    if (!(await askYes(world, question, world.clock.now() + QUESTION_MS)))
      return out.error('nothing was removed', [], EXIT.denied);
  }
  const answer = await connection.client.removeModule({ params: { name } });
  if (!answer.ok) return tell(out, answer.error);
  if (options.json) out.json(answer.value);
  else out.line(`${visible(name)} is removed; grants on it have ended`);
  return EXIT.done;
}

export async function modulesRestart({ world, out }: Context, name: string, options: JsonOption): Promise<ExitCode> {
  const answer = await askPerson(world, out, 'modules restart', (client) => client.restartModule({ params: { name } }));
  if (typeof answer === 'number') return answer;
  if (options.json) out.json(answer.value);
  else {
    out.line(`${visible(name)} is stopped; the next call starts it`);
    if (answer.value.why !== null) out.note(visible(answer.value.why));
  }
  return EXIT.done;
}

export async function modulesSignOut({ world, out }: Context, name: string, options: JsonOption): Promise<ExitCode> {
  const answer = await askPerson(world, out, 'modules sign-out', (client) =>
    client.signOutModule({ params: { name } }),
  );
  if (typeof answer === 'number') return answer;
  if (options.json) out.json(answer.value);
  else out.line(`the tokens of ${visible(name)} are forgotten`);
  return EXIT.done;
}
