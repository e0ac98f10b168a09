// What `castellan run` says of a session it started, in headers of each request: its task, whether anybody can be asked, and
// from within which run it was started. INVARIANT: said by the agent's side, so none of it may loosen anything.
import type { Redactor } from '@castellan/secrets';
import type { SessionStart } from '../work/index.ts';

type Headers = { readonly [name: string]: unknown };
/** What a run says, as it was sent. */
export type RunHeaders = { readonly [name: string]: string };
const NAMES = ['x-castellan-task', 'x-castellan-confirm', 'x-castellan-run', 'x-castellan-within'] as const;

/** Of all headers of a request those by which a run speaks. */
export const runHeaders = (headers: Headers): RunHeaders =>
  Object.fromEntries(
    NAMES.flatMap((name): [string, string][] => {
      const said = headers[name];
      return typeof said === 'string' ? [[name, said]] : [];
    }),
  );
/** Random, so that only what was started within a run knows its name. */
const RUN = /^[A-Za-z0-9_-]{16,64}$/;

const runOf = (header: string | undefined): string | undefined =>
  header !== undefined && RUN.test(header) ? header : undefined;

/** The name a person gave the task, percent-encoded in a header; an unreadable one is no name. */
function taskName(header: string | undefined): string | null {
  try {
    const name = decodeURIComponent(header ?? '').trim();
    return name === '' || !name.isWellFormed() ? null : name;
  } catch {
    return null;
  }
}

export function whatRunSays(
  headers: { readonly [name: string]: string | undefined },
  redactor: Redactor,
): Pick<SessionStart, 'task' | 'nobodyToAsk' | 'run' | 'within'> {
  const named = taskName(headers['x-castellan-task']);
  const run = runOf(headers['x-castellan-run']);
  const within = runOf(headers['x-castellan-within']);
  const confirm = headers['x-castellan-confirm'];
  return {
    ...(named !== null && { task: redactor.text(named).slice(0, 200) }),
    ...(run !== undefined && { run }),
    ...(within !== undefined && { within }),
    // Whatever else it says: a word that is not known was meant to tighten.
    ...(confirm !== undefined && confirm !== '' && confirm !== 'ask' && { nobodyToAsk: true }),
  };
}
