// Scripts, as people meet them. INVARIANT: what is approved is what the person saw: the digest comes with the answer, and the
// second factor, where one is needed, was proved over that digest.
import {
  type Actor,
  type ApiErrorCode,
  actorName,
  type Digest,
  digestSchema,
  runIdSchema,
  type ScriptVersion,
} from '@castellan/contract';
import type { Answer, NotRunnable, Runnable, RunRequest, Scripts } from '../../scripts/index.ts';
import type { Parts } from '../../surfaces/index.ts';
import { type Context, Refused } from '../answer.ts';
import { fromOf } from '../asking.ts';
import { proofsOver, siteFor } from '../proof.ts';
import type { Handlers } from '../server.ts';

type ScriptHandlers = Pick<
  Handlers,
  | 'scripts'
  | 'script'
  | 'scriptVersion'
  | 'inspectScript'
  | 'proposeScript'
  | 'testScript'
  | 'scriptFactor'
  | 'approveScript'
  | 'rejectScript'
  | 'disableScript'
  | 'restoreScript'
  | 'runScript'
  | 'evalScript'
  | 'scriptRuns'
  | 'scriptRun'
  | 'cancelRun'
>;

const CODES = {
  unknown: 'not_found',
  bad: 'bad_request',
  conflict: 'conflict',
  'too-much': 'conflict',
  'not-a-person': 'not_permitted',
  'factor-required': 'factor_required',
  'not-recorded': 'not_recorded',
  failed: 'failed',
} as const satisfies Readonly<Record<string, ApiErrorCode>>;

function given<T>(answer: Answer<T>): T {
  if (answer.ok) return answer.value;
  const { code, message, hint, faults } = answer;
  const told = faults.map(({ line, column, message: what, hint: todo }) => ({
    path: line === 0 ? 'source' : `source:${line}:${column}`,
    message: what,
    ...(todo !== undefined && { hint: todo }),
  }));
  throw new Refused(CODES[code], message, { hint, ...(told.length > 0 && { faults: told }) });
}

/** Why something does not run, as a request is answered. */
function ready(found: Runnable | NotRunnable): Runnable {
  if (found.ok) return found;
  const { code, message, hint } = found.error;
  throw new Refused(
    code === 'script_not_found' ? 'not_found' : 'conflict',
    message,
    hint === undefined ? {} : { hint },
  );
}

const nameOf = ({ name = '' }: { readonly [name: string]: string }): string => name;

function digestOf({ digest }: { readonly [name: string]: string }): Digest {
  const parsed = digestSchema.safeParse(digest);
  if (parsed.success) return parsed.data;
  throw noVersion();
}
const noVersion = (): Refused =>
  new Refused('not_found', 'no such version', { hint: '`castellan scripts show NAME` lists them' });

function runOf({ id }: { readonly [name: string]: string }) {
  const parsed = runIdSchema.safeParse(id);
  if (parsed.success) return parsed.data;
  throw noRun();
}
const noRun = (): Refused => new Refused('not_found', 'no such run', { hint: '`castellan scripts runs` lists them' });

export function scriptHandlers({ life, runs }: Scripts, parts: Pick<Parts, 'people' | 'factors'>): ScriptHandlers {
  const proofs = proofsOver(parts.people, parts.factors);

  /** The factor that came with a yes, proved over these bytes and no others. */
  const shown = async (
    context: Pick<Context<unknown, unknown>, 'actor' | 'params' | 'request' | 'headers'>,
    { digest, factor }: { readonly digest: Digest; readonly factor?: Parameters<typeof proofs.factor>[2] | undefined },
  ) => {
    const { actor, params } = context;
    // No code is used up for nothing.
    const version = life.find(nameOf(params), digest);
    if (factor === undefined || actor.kind !== 'person' || version === null) return null;
    const purpose = { kind: 'script', user: actor.user, script: version.script, digest } as const;
    return proofs.factor(actor, fromOf(context), factor, purpose, 'factor_required');
  };
  /** A factor takes a while to look at, and the sign-in may have been ended meanwhile. */
  const stillIn = (actor: Actor): Actor => {
    if (actor.kind !== 'person') return actor;
    const now = parts.people.now(actor.signIn);
    if (now !== null) return now;
    throw new Refused('not_authenticated', 'what you came in with has ended', { hint: 'sign in again' });
  };
  const summaryOf = async (name: string) => {
    const versions = life.of(name);
    const [latest] = versions;
    if (latest === undefined)
      throw new Refused('not_found', 'no such script', { hint: '`castellan scripts` lists them' });
    const { script } = latest;
    const approved = life.approved(script);
    return {
      name: script,
      description: (approved ?? latest).about.description,
      approved,
      pending: versions.filter(({ state }) => state.kind === 'pending'),
      latest,
      lastRun: await runs.lastOf(script),
      today: runs.today(script),
    };
  };
  const viewOf = async (name: string) => {
    const summary = await summaryOf(name);
    return {
      ...summary,
      versions: life.of(name),
      runs: (await runs.list({ script: summary.name, limit: 50 })).runs,
      quota: runs.quota,
      loadedBy: life.loadedBy(name),
    };
  };
  /** An answer is told when what it ends has ended. */
  const over = async (version: ScriptVersion): Promise<ScriptVersion> => {
    await runs.withdraw();
    return version;
  };
  const running = async (request: RunRequest, gone: AbortSignal, wait: boolean) => {
    if (wait) return runs.run(request, gone);
    return (await runs.start(request, new AbortController().signal)).run;
  };

  return {
    scripts: async () => ({ scripts: await Promise.all(life.names().map(summaryOf)) }),
    script: ({ params }) => viewOf(nameOf(params)),
    async scriptVersion({ params }) {
      const digest = digestOf(params);
      const review = given(await life.review(nameOf(params), digest));
      const { script } = review.version;
      return { ...review, tests: await runs.tests(script, digest), runs: await runs.of(script, digest) };
    },
    async inspectScript({ body, gone }) {
      const seen = await life.inspect(body.source, gone);
      if (seen.kind !== 'unavailable') return seen;
      throw new Refused('conflict', seen.error.message, { hint: seen.error.hint ?? 'try again' });
    },
    proposeScript: async ({ body, actor, gone }) => given(await life.propose({ ...body, by: actorName(actor) }, gone)),
    async testScript({ params, body, actor, gone }) {
      const { version, source, loads } = ready(await life.toTest(nameOf(params), body.digest));
      const { args, calls: hostCalls, answers } = body;
      return runs.run(
        { kind: 'test', version, source, loads, args, by: actorName(actor), owner: null, hostCalls, answers },
        gone,
      );
    },
    scriptFactor(context) {
      const { actor, params, body } = context;
      if (actor.kind !== 'person') throw new Refused('not_permitted', 'only a person has a second factor');
      const version = life.find(nameOf(params), body.digest);
      if (version === null) throw noVersion();
      const { script, digest } = version;
      const options = parts.factors.begin({ kind: 'script', user: actor.user, script, digest }, siteFor(context));
      if (options === null)
        throw new Refused('conflict', 'no passkey of yours is for this address', { hint: 'use another second factor' });
      return { options };
    },
    async approveScript(context) {
      const { params, body, actor } = context;
      const factor = await shown(context, body);
      return over(given(await life.approve(nameOf(params), body.digest, { actor: stillIn(actor), factor })));
    },
    rejectScript: async ({ params, body, actor }) =>
      over(given(await life.reject(nameOf(params), body.digest, body.reason, actor))),
    async disableScript({ params, body, actor }) {
      const script = given(await life.disable(nameOf(params), body.reason, actor));
      await runs.withdraw();
      return viewOf(script);
    },
    async restoreScript(context) {
      const { params, body, actor } = context;
      const factor = await shown(context, body);
      return over(given(await life.restore(nameOf(params), body.digest, { actor: stillIn(actor), factor })));
    },
    async runScript({ params, body, actor, gone }) {
      const { version, source, loads } = ready(await life.toRun(nameOf(params), body.digest));
      const request = { version, source, loads, args: body.args, by: actorName(actor), owner: null } as const;
      return running({ ...request, kind: 'run', hostCalls: 'live' }, gone, body.wait);
    },
    evalScript: ({ body: { source, args }, actor, gone }) =>
      runs.run(
        { kind: 'eval', version: null, source, loads: [], args, by: actorName(actor), owner: null, hostCalls: 'none' },
        gone,
      ),
    async scriptRuns({ query }) {
      const { runs: found, next } = await runs.list(query);
      return { runs: [...found], next };
    },
    async scriptRun({ params }) {
      const run = await runs.get(runOf(params));
      if (run === null) throw noRun();
      return run;
    },
    async cancelRun({ params, actor }) {
      const run = await runs.cancel(runOf(params), actorName(actor));
      if (run === null) throw noRun();
      return run;
    },
  };
}
