// `castellan modules sign-in`: the address that a person opens, and waiting until their browser has come back. Stopped at any
// moment nothing is lost: the daemon goes on waiting for ten minutes, whoever looks on.
import type { Client } from '@castellan/client';
import type { ModuleSignIn } from '@castellan/contract';
import { tell } from '../../connection.ts';
import type { Context, JsonOption } from '../../context.ts';
import { EXIT, type ExitCode } from '../../output.ts';
import { connectPerson } from '../../session/person.ts';
import { visible } from '../../text/visible.ts';
import type { World } from '../../world.ts';

export interface SignInOptions extends JsonOption {
  readonly wait?: boolean;
}

/** As long as the daemon waits for the browser. */
const TEN_MINUTES_MS = 600_000;
const LOOK_MS = 1000;

/** Before the browser is opened: who is trusted with what, by host. */
function whereTo({ server, browser, code }: NonNullable<ModuleSignIn['hosts']>): readonly string[] {
  const [at, to, from] = [browser, code, server].map(visible);
  const lines = [`your browser goes to ${at}; the code that it brings back goes to ${to}`];
  return browser === server && code === server
    ? lines
    : [...lines, `the server itself is ${from}: go on only if ${at} is where you have your account`];
}

/** When what is kept of its sign-in was written; null: nothing is. */
async function keptAt(client: Client, name: string): Promise<number | null> {
  const answer = await client.secrets();
  return answer.ok ? (answer.value.secrets.find(({ owner }) => owner === name)?.rotatedAt ?? null) : null;
}

/** A server that is about to be added has no view yet: then it is done when something new is kept. */
async function isSignedIn(client: Client, name: string, before: number | null): Promise<boolean> {
  const view = await client.module({ params: { name } });
  if (view.ok && view.value.signIn !== null) return !view.value.signIn.needed;
  const now = await keptAt(client, name);
  return now !== null && now !== before;
}

async function waited(world: World, isDone: () => Promise<boolean>): Promise<boolean> {
  const end = world.clock.now() + TEN_MINUTES_MS;
  while (world.clock.now() < end) {
    if (await isDone()) return true;
    await world.clock.pause(LOOK_MS);
  }
  return false;
}

export async function modulesSignIn({ world, out }: Context, name: string, options: SignInOptions): Promise<ExitCode> {
  const connection = await connectPerson(world, out, 'modules sign-in');
  if (typeof connection === 'number') return connection;
  const { client } = connection;
  const before = await keptAt(client, name);
  const answer = await client.signInModule({ params: { name } });
  if (!answer.ok) return tell(out, answer.error);
  const { open, hosts, client: registered } = answer.value;
  if (options.json) out.json(answer.value);
  else if (open === null) out.line(`you are signed in to ${visible(name)} already`);
  else {
    out.note('open this in a browser on this machine, and sign in there:');
    out.line(visible(open));
    if (hosts !== null) for (const line of whereTo(hosts)) out.note(line);
    if (registered !== null)
      out.note(
        `the client \`${visible(registered.id)}\` must have this redirect address registered there: ${registered.redirect}`,
      );
  }
  if (open === null || options.json || options.wait === false) return EXIT.done;
  out.note('waiting for your browser; Ctrl-C stops the waiting, not the sign-in');
  if (await waited(world, () => isSignedIn(client, name, before))) {
    out.line(`you are signed in to ${visible(name)}`);
    return EXIT.done;
  }
  return out.error(`nobody signed in to \`${visible(name)}\` within ten minutes`, [
    `\`castellan modules sign-in ${visible(name)}\` begins again; \`castellan log\` says what went wrong`,
  ]);
}
