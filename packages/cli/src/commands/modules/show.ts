// `castellan modules` and `modules inspect`: what is there, and everything about one of them.
import { ask } from '../../connection.ts';
import type { Context, JsonOption } from '../../context.ts';
import { EXIT, type ExitCode } from '../../output.ts';
import { line } from '../../text/tone.ts';
import { listLines, manifestLines, viewLines } from './words.ts';

export async function modulesList({ world, out }: Context, options: JsonOption): Promise<ExitCode> {
  const answer = await ask(world, out, (client) => client.modules());
  if (typeof answer === 'number') return answer;
  if (options.json) out.json(answer.value);
  else out.lines(listLines(answer.value.modules, out.width));
  return EXIT.done;
}

export async function modulesInspect({ world, out }: Context, name: string, options: JsonOption): Promise<ExitCode> {
  const answer = await ask(world, out, (client) => client.module({ params: { name } }));
  if (typeof answer === 'number') return answer;
  const view = answer.value;
  if (options.json) {
    out.json(view);
    return EXIT.done;
  }
  if (view.lock !== null) {
    out.lines(viewLines(view, out.width));
    return EXIT.done;
  }
  // What its manifest says is all that is known of it.
  const policy = await ask(world, out, (client) => client.policy());
  if (typeof policy === 'number') return policy;
  const known = policy.value.modules.find(({ manifest }) => manifest.name === view.name);
  out.lines((known === undefined ? [] : manifestLines(known)).map((text) => line(text)));
  if (view.why !== null) out.note(view.why);
  return EXIT.done;
}
