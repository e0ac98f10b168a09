// What a running program has to do with its host: calls, which wait, and lines, which do not. It remembers why the program has to end, since
// a fault that passes through the interpreter is only a text there.
import type { HostCall, HostReply, OutputLevel, ScriptErrorCode } from '@castellan/contract';
import type { Meter } from '@castellan/starlark';
import type { Channel } from './channel.ts';

/** As the parent has it. */
const MAX_FRAME_BYTES = 1_048_576;
const MAX_LINES = 10_000;

export type Ending = 'refused' | Extract<ScriptErrorCode, 'capability_missing' | 'output_exceeded'>;
type Granted = Exclude<HostReply, { kind: 'refused' }>;

export class Exchange {
  /** Set before the fault that ends the program is thrown. */
  ending: Ending | undefined;
  private readonly channel: Channel;
  private readonly reachesOut: boolean;
  private level: OutputLevel = 'print';
  private lines = 0;

  constructor(channel: Channel, reachesOut: boolean) {
    this.channel = channel;
    this.reachesOut = reachesOut;
  }

  /** @throws Fault where the host refuses */
  ask(thread: Meter, call: HostCall): Granted {
    if (!this.channel.say({ kind: 'call', call }, MAX_FRAME_BYTES))
      return thread.fail(`a call is longer than ${MAX_FRAME_BYTES} bytes`);
    const reply = this.channel.hear() as HostReply | undefined;
    // Nobody is there any more.
    if (reply === undefined) process.exit(0);
    if (reply.kind !== 'refused') return reply;
    this.ending = 'refused';
    return thread.fail(reply.message);
  }

  value(thread: Meter, call: HostCall): unknown {
    const reply = this.ask(thread, call);
    return reply.kind === 'value' ? reply.value : null;
  }

  /** For what a program that nobody approved has not. */
  requireReach(thread: Meter, what: string): void {
    if (!this.reachesOut)
      this.missing(thread, `${what}: this program was not approved: it has no network, no secrets and no tools`);
  }

  missing(thread: Meter, message: string): never {
    this.ending = 'capability_missing';
    return thread.fail(message);
  }

  /** What the interpreter hands over, after it was counted. */
  readonly print = (text: string): void => {
    this.lines += 1;
    if (this.lines > MAX_LINES) {
      this.ending = 'output_exceeded';
      throw new RangeError(`printed more than ${MAX_LINES} lines`);
    }
    this.channel.say({ kind: 'output', level: this.level, text });
  };

  log(thread: Meter, level: OutputLevel, text: string): void {
    this.level = level;
    try {
      thread.print(text);
    } finally {
      this.level = 'print';
    }
  }
}
