// `http` for a script. INVARIANT: each hop is a call of its own on the road, to a host that the version declares, at an address
// that was looked at; values of secrets are filled in after the decision; nothing a server says enters the program unredacted.
import { type HostReply, type HttpHostCall, MAX_HOST_ANSWER_BYTES } from '@castellan/contract';
import { hostPlace, isHostOf, redirectOf, sendWeb, type WebAnswer, WebFault } from '@castellan/gateway';
import { bytesWithout, namesTaken } from '../../exits/index.ts';
import {
  addressOf,
  argumentsOf,
  asCall,
  type HttpArguments,
  readArguments,
  readyOf,
  redirected,
  secretsOf,
  toolOf,
  words,
} from './http-arguments.ts';
import { type Note, verdictOf } from './noted.ts';
import { NEW_DAY } from './quota.ts';
import { valuesOf, whyNone } from './secrets.ts';
import { wasGiven } from './stand-ins.ts';
import { foreseen, type HostRun, refused, type Turn } from './turn.ts';

/** Longest answer that is read, unpacked, in bytes: as JSON it still goes into a frame. */
const MAX_ANSWER_BYTES = 1_048_576;
const MAX_REDIRECTS = 5;
const MODULE = 'scripts';

/** What one hop came to. */
type Hop =
  | { readonly kind: 'end'; readonly reply: HostReply }
  | { readonly kind: 'next'; readonly args: HttpArguments };

export async function http(run: HostRun, turn: Turn, call: HttpHostCall): Promise<HostReply> {
  const first = argumentsOf(call);
  if (typeof first === 'string') return refused('program_failed', `http: ${first}`);
  let args = first;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    const note = run.noted.begin('http', words(args));
    const came = run.mode === 'live' ? await one(run, turn, args, call.timeoutMs, note) : stood(run, args, note);
    if (came.kind === 'end') return came.reply;
    args = came.args;
  }
  return refused('program_failed', `http: it is redirected more than ${MAX_REDIRECTS} times`);
}

/** A test run: what would be asked for is told, and a stand-in comes back. */
function stood(run: HostRun, args: HttpArguments, note: Note): Hop {
  const to = destination(run, args);
  if (!(to instanceof URL)) {
    note.end('refused', to.message);
    return { kind: 'end', reply: to.reply };
  }
  const none = whyNone(run.secrets, secretsOf(args), { host: to.host }) ?? openWay(run, to, args);
  const { outcome, text } = foreseen(run, MODULE, toolOf(args), asCall(args));
  note.decided(outcome);
  const near = hostPlace(to.hostname) === 'local' && !isHostOf(to, run.privateHosts());
  const listed = near ? `\`${to.host}\` is on this machine or its network and not in \`scripts.privateHosts\`` : null;
  const told = [text, none, listed].filter((each) => each !== null).join('; ');
  if (run.mode === 'refused') {
    note.end('refused', `a test run that refuses; ${told}`);
    return { kind: 'end', reply: refused('call_refused', 'http: this test run refuses every call') };
  }
  const given = run.standIns.next();
  note.end('recorded', `${told}${wasGiven(given)}`);
  const value = given?.value ?? {};
  const headers = { 'content-type': typeof value === 'string' ? 'text/plain' : 'application/json' };
  const body = run.redactor.text(typeof value === 'string' ? value : JSON.stringify(value));
  return { kind: 'end', reply: { kind: 'http', status: given?.status ?? 200, headers, body, url: args.url } };
}

function destination(run: HostRun, args: HttpArguments): URL | { readonly message: string; readonly reply: HostReply } {
  const url = addressOf(args);
  if (typeof url === 'string') return { message: url, reply: refused('program_failed', `http: ${url}`) };
  const { hosts, secrets } = run.version.capabilities;
  // A server that echoes would give a secret out in pieces that nobody knows as one.
  const part = Object.keys(args.headers).find((name) => /^(?:if-)?range$/i.test(name));
  if (part !== undefined && secrets.length > 0) {
    const message = `header \`${part}\` is not sent by a version that declares secrets`;
    return { message, reply: refused('call_refused', `http: ${message}`, 'ask for the whole of it') };
  }
  if (isHostOf(url, hosts)) return url;
  const message = `host \`${url.host}\` is not declared by this version`;
  return {
    message,
    reply: refused('capability_missing', `http: ${message}`, 'name it in `@hosts`; a person approves that'),
  };
}

/** A secret that travels unencrypted is everybody's on the way. */
function openWay({ privateHosts }: HostRun, to: URL, args: HttpArguments): string | null {
  if (to.protocol === 'https:' || secretsOf(args).length === 0 || isHostOf(to, privateHosts())) return null;
  return `a secret is not sent to \`${to.host}\` without \`https\``;
}

async function one(run: HostRun, turn: Turn, asked: HttpArguments, timeoutMs: number, note: Note): Promise<Hop> {
  const { calls, session, script, under, clock, quota } = run;
  const stop = (text: string, reply: HostReply): Hop => {
    note.end('refused', text);
    return { kind: 'end', reply };
  };
  const to = destination(run, asked);
  if (!(to instanceof URL)) return stop(to.message, to.reply);
  const none = quota.call();
  if (none !== null) return stop(none, refused('quota_exceeded', none, NEW_DAY));
  const draft = { session, module: MODULE, tool: toolOf(asked), arguments: asCall(asked), cwd: session.workspace };
  const decision = await turn.waiting(calls.check({ ...draft, origin: 'script', script, ...under }, turn.signal));
  note.decided(verdictOf(decision), decision.call);
  if (decision.kind !== 'run') return stop(decision.message, refused('call_refused', decision.message));
  const began = clock.monotonic();
  const ran = async (text: string | null, answer?: WebAnswer): Promise<WebAnswer | null> => {
    const shown = answer === undefined ? null : await redacted(run, answer);
    const given = {
      shown: shown === null ? undefined : { ...shown.answer, body: textOf(shown.answer) },
      names: [...(shown?.names ?? []), ...run.redactor.mentions(text ?? '')],
    };
    await calls
      .ran(session.agent, decision.call, {
        status: text === null ? 'succeeded' : 'failed',
        durationMs: clock.monotonic() - began,
        ...(text !== null && { text }),
        ...(answer !== undefined && { result: { ...answer, body: textOf(answer) } }),
        given,
      })
      // It has happened: what came of it is told to the program even where it cannot be kept.
      .catch(() => undefined);
    return shown?.answer ?? null;
  };
  const fail = async (text: string, code: 'call_refused' | 'program_failed', hint?: string): Promise<Hop> => {
    await ran(text);
    return stop(text, refused(code, `http: ${text}`, hint));
  };

  // What is sent is what was decided, which may be what a person made of it.
  const args = readArguments(decision.arguments);
  const at = args === null ? null : destination(run, args);
  if (args === null || at === null || !(at instanceof URL))
    return fail('what was decided is no request to a declared host', 'call_refused');
  const open = openWay(run, at, args);
  if (open !== null) return fail(open, 'call_refused');
  const filled = await valuesOf(run.secrets, secretsOf(args), { host: at.host });
  if (!filled.ok) return fail(filled.message, 'call_refused', filled.hint);
  const ready = readyOf(args, at, filled.values);
  if (typeof ready === 'string') return fail(ready, 'program_failed');

  const gone = run.gone();
  if (gone !== null) return fail(gone, 'call_refused');
  const late = new AbortController();
  const seconds = Math.round(timeoutMs / 100) / 10;
  const stopTimer = clock.after(timeoutMs, () => late.abort(new WebFault(`no answer within ${seconds} s`)));
  const result = await sendWeb(
    {
      ...ready,
      signal: AbortSignal.any([turn.signal, late.signal]),
      maxBytes: Math.min(MAX_ANSWER_BYTES, quota.bytesLeft()),
      mayBePrivate: isHostOf(at, run.privateHosts()),
    },
    run.web,
  );
  stopTimer();
  quota.received(result.receivedBytes);
  if (result.kind === 'failed') return fail(result.why, 'program_failed');
  const { answer } = result;
  let shown: WebAnswer | null;
  try {
    shown = await ran(null, answer);
  } catch {
    return fail('what came back could not be looked through for secrets, so it is held back', 'call_refused');
  }
  const next = redirectOf({ method: args.method, url: ready.url }, answer.status, answer.headers.location);
  if (next !== null && typeof next !== 'string' && !holdsSecret(run, next.url)) {
    const follows = redirected(args, next);
    note.end('live', `${answer.status}, redirected to ${next.url.origin}`);
    if (typeof follows === 'string') return { kind: 'end', reply: refused('program_failed', `http: ${follows}`) };
    return { kind: 'next', args: follows };
  }
  if (next !== null) {
    const why = typeof next === 'string' ? next : 'it is redirected to an address that holds a secret';
    note.end('live', `${answer.status}, ${why}`);
    return { kind: 'end', reply: refused('program_failed', `http: ${why}`) };
  }
  note.end('live', `${answer.status}, ${answer.body.length} bytes`);
  return { kind: 'end', reply: replyOf(run, shown ?? answer, args.url) };
}

/** Also with its parts read on from one to the next: the address is told where it goes, and asked for. */
const holdsSecret = ({ redactor }: HostRun, { href }: URL): boolean =>
  [href, href.replace(/\//g, ''), href.replace(/[^0-9A-Za-z]/g, '')].some((text) => redactor.mentions(text).length > 0);

const isText = ({ body }: WebAnswer): boolean => Buffer.from(body.toString('utf8')).equals(body);
const textOf = (answer: WebAnswer): string => answer.body.toString(isText(answer) ? 'utf8' : 'base64');

/** Without known secrets, and which they were. @throws when it cannot be looked through. */
async function redacted({ redactor, exits }: HostRun, answer: WebAnswer) {
  // Where no part of them can stay, none of them does.
  const kept = exits.keep(answer.headers);
  const headers = typeof kept === 'object' ? kept : {};
  const body = await bytesWithout(redactor, answer.body);
  const names = [...namesTaken(answer.body, body), ...redactor.mentions(JSON.stringify(answer.headers))];
  return { answer: { ...answer, headers: headers as WebAnswer['headers'], body }, names };
}

function replyOf(run: HostRun, answer: WebAnswer, url: string): HostReply {
  const { status, headers } = answer;
  const body = isText(answer) ? answer.body.toString('utf8') : { base64: answer.body.toString('base64') };
  const reply: HostReply = { kind: 'http', status, headers, body, url: run.redactor.text(url) };
  return Buffer.byteLength(JSON.stringify(reply)) > MAX_HOST_ANSWER_BYTES
    ? refused('program_failed', 'http: the answer is too long as JSON')
    : reply;
}
