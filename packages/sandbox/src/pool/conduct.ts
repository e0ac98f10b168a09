// Leads one child through one run: what it may say when, how much of it, and what the run came to. INVARIANT: whatever the child does, the
// run ends with one outcome; a child that says something else than it may is killed and not asked why.
import {
  type ChildMessage,
  type HostCall,
  type HostReply,
  MAX_HOST_ANSWER_BYTES,
  MAX_OUTPUT_LINES,
  MAX_QUESTIONS,
  parseScriptValue,
  type ScriptError,
  type ScriptText,
  secretsOfText,
} from '@castellan/contract';
import type { Child } from './child.ts';
import { errorOf, errorOfEnding } from './ending.ts';
import type { ScriptHost, ScriptOutcome, ScriptOutput, ScriptRunSpec } from './run.ts';
import { RunClock } from './run-clock.ts';
import type { Place } from './turns.ts';

type Refusal = Extract<HostReply, { kind: 'refused' }>;
type Result = ScriptOutcome['result'];
type Used = Extract<ChildMessage, { kind: 'done' }>['used'];

/** Whoever waits longer for an answer of its host lets others compute meanwhile. */
const PATIENCE_MS = 250;

export interface ConductSettings {
  readonly spec: ScriptRunSpec;
  readonly host: ScriptHost;
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** Its turn, which it has. */
  readonly place: Pick<Place, 'take' | 'rest'>;
}

/** Runs `spec` in a child that has run nothing. Resolves when the outcome is known; then the child has been told to die. */
export function conduct(child: Child, settings: ConductSettings): Promise<ScriptOutcome> {
  return new Promise((resolve) => new Conduct(child, settings, resolve).begin());
}

class Conduct {
  private readonly child: Child;
  private readonly spec: ScriptRunSpec;
  private readonly settings: ConductSettings;
  private readonly resolve: (outcome: ScriptOutcome) => void;
  private readonly over = new AbortController();
  private readonly clock: RunClock;
  private readonly output: ScriptOutput[] = [];
  private outputBytes = 0;
  private receivedBytes = 0;
  private calls = 0;
  private questions = 0;
  /** The child waits for an answer: it has nothing to say until it has it. */
  private isAsking = false;
  private refusal: Refusal | undefined;
  private readonly onAbort = (): void => this.end(failed(errorOf('cancelled', 'the run was cancelled')));

  constructor(child: Child, settings: ConductSettings, resolve: (outcome: ScriptOutcome) => void) {
    this.child = child;
    this.spec = settings.spec;
    this.settings = settings;
    this.resolve = resolve;
    const { seconds } = settings.spec.limits;
    this.clock = new RunClock(seconds * 1000, settings.now, () =>
      this.end(failed(errorOf('time_exceeded', `took longer than ${seconds} seconds`))),
    );
  }

  begin(): void {
    const { signal } = this.settings;
    if (signal.aborted) {
      this.onAbort();
      return;
    }
    signal.addEventListener('abort', this.onAbort, { once: true });
    this.child.onMessage = (message) => this.hear(message);
    void this.child.ended.then((ending) => this.end(failed(errorOfEnding(ending))));
    const { name, source, loads, args, limits, secrets, reachesOut } = this.spec;
    this.child.say({ kind: 'run', name, source, loads, args: JSON.stringify(args), limits, secrets, reachesOut });
  }

  private hear(message: ChildMessage | undefined): void {
    if (this.over.signal.aborted) return;
    if (message === undefined || this.isAsking) {
      this.break();
      return;
    }
    switch (message.kind) {
      case 'ready':
      case 'inspection':
        this.break();
        break;
      case 'output':
        this.print(message.level, message.text);
        break;
      case 'call':
        this.ask(message.call);
        break;
      case 'done':
        this.finish(message.result, message.used);
        break;
      case 'failed':
        this.fail(message);
        break;
    }
  }

  private fail({ code, message, traceback, used }: Extract<ChildMessage, { kind: 'failed' }>): void {
    const { refusal } = this;
    if (code !== 'refused') this.end(failed({ code, message, traceback }), used);
    else if (refusal === undefined) this.break();
    else {
      const hint = refusal.hint === undefined ? {} : { hint: refusal.hint.slice(0, 500) };
      this.end(failed({ code: refusal.code, message, ...hint, traceback }), used);
    }
  }

  private print(level: ScriptOutput['level'], text: string): void {
    this.outputBytes += Buffer.byteLength(text) + 1;
    if (this.outputBytes > this.spec.limits.outputBytes || this.output.length >= MAX_OUTPUT_LINES)
      this.end(failed(errorOf('output_exceeded', 'printed more than it may')));
    else this.output.push({ at: this.clock.elapsedMs, level, text });
  }

  private ask(call: HostCall): void {
    const { secrets } = this.spec;
    if (namedIn(call).some((name) => !secrets.includes(name))) {
      this.break();
      return;
    }
    this.isAsking = true;
    const refused = this.refuse(call);
    if (refused === undefined) void this.askHost(call);
    else this.answer(call, refused);
  }

  private async askHost(call: HostCall): Promise<void> {
    const turn = {
      signal: this.over.signal,
      waiting: <T>(answer: Promise<T>): Promise<T> => this.clock.waiting(answer),
    };
    const { place, host } = this.settings;
    let isResting = false;
    const timer = setTimeout(() => {
      isResting = true;
      place.rest();
    }, PATIENCE_MS);
    try {
      const reply = await host(call, turn).finally(() => clearTimeout(timer));
      // In line its clock stands still: that there are others is not its fault.
      if (isResting) await this.clock.waiting(place.take(this.over.signal));
      this.answer(call, reply);
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      this.end(failed(errorOf('failed', `a call of the host failed: ${what}`.slice(0, 2000))));
    }
  }

  /** What is not even asked for. */
  private refuse(call: HostCall): Refusal | undefined {
    const reaches = call.kind === 'http' || call.kind === 'tool';
    if ((reaches || call.kind === 'secret') && !this.spec.reachesOut)
      return refusal('capability_missing', 'this program was not approved: it has no network, no secrets and no tools');
    const most = reaches ? this.spec.limits.calls : MAX_QUESTIONS;
    const sofar = reaches ? this.calls : this.questions;
    if (sofar >= most) return refusal('calls_exceeded', `made more than ${most} calls`);
    if (reaches) this.calls += 1;
    else this.questions += 1;
    return undefined;
  }

  private answer(call: HostCall, reply: HostReply): void {
    if (this.over.signal.aborted) return;
    const size = Buffer.byteLength(JSON.stringify(reply));
    const given =
      size > MAX_HOST_ANSWER_BYTES
        ? refusal('call_refused', `the answer is longer than ${MAX_HOST_ANSWER_BYTES} bytes`)
        : reply;
    if (call.kind === 'http' || call.kind === 'tool') this.receivedBytes += size;
    if (given.kind === 'refused') this.refusal = given;
    this.isAsking = false;
    this.child.say(given);
  }

  private finish(text: string, used: Used): void {
    this.outputBytes += Buffer.byteLength(text);
    const result = parseScriptValue(text);
    if (this.outputBytes > this.spec.limits.outputBytes)
      this.end(failed(errorOf('output_exceeded', 'its result is longer than it may be')), used);
    else if (result === undefined) this.break();
    else this.end({ ok: true, value: result.value }, used);
  }

  private break(): void {
    this.end(failed(errorOf('killed', 'the process of the script said what no script can say, and was killed')));
  }

  private end(result: Result, used?: Used): void {
    if (this.over.signal.aborted) return;
    const { limits } = this.spec;
    const wallMs = this.clock.elapsedMs;
    const waitedMs = this.clock.waited;
    this.over.abort();
    this.clock.stop();
    this.settings.signal.removeEventListener('abort', this.onAbort);
    this.child.onMessage = undefined;
    this.child.kill();
    this.resolve({
      result,
      output: this.output,
      used: {
        // A child that lies about itself lies within its limits.
        steps: Math.min(used?.steps ?? 0, limits.steps),
        memoryBytes: Math.min(used?.memoryBytes ?? 0, limits.memoryBytes),
        outputBytes: Math.min(this.outputBytes, limits.outputBytes),
        calls: this.calls,
        wallMs,
        waitedMs,
        receivedBytes: this.receivedBytes,
      },
      isolation: this.child.hull.words,
    });
  }
}

const failed = (error: ScriptError): Result => ({ ok: false, error });
const refusal = (code: Refusal['code'], message: string): Refusal => ({ kind: 'refused', code, message });

/** Every secret that a call names. */
function namedIn(call: HostCall): readonly string[] {
  switch (call.kind) {
    case 'http': {
      const body: ScriptText = call.body === null || call.body.kind === 'bytes' ? [] : call.body.text;
      const auth = call.auth === null ? [] : [call.auth.user, call.auth.password];
      return [call.url, body, ...auth, ...call.headers.map(([, value]) => value)].flatMap(secretsOfText);
    }
    case 'tool':
      return secretsOfText(call.arguments);
    case 'secret':
      return [call.name];
    case 'now':
    case 'sleep':
      return [];
  }
}
