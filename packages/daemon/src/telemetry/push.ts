// Sends metrics to a collector by OTLP over HTTP, where config.yaml names one; otherwise nothing is opened (N4). Nothing waits for it:
// a collector that is slow or gone costs the next report and nothing else.
import type { Config } from '@castellan/contract';
import type { Clock } from '../clock.ts';
import type { Exits } from '../exits/index.ts';
import type { Log } from './log.ts';
import type { Family } from './meter.ts';
import { otlpBody } from './otlp.ts';

/** One request, and what came of it. */
export type SendMetrics = (post: {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}) => Promise<
  { readonly kind: 'answer'; readonly status: number } | { readonly kind: 'failed'; readonly text: string }
>;

export interface PushHost {
  readonly clock: Pick<Clock, 'after' | 'now'>;
  readonly send: SendMetrics;
  readonly exits: Pick<Exits, 'json'>;
  readonly log: Pick<Log, 'line'>;
  readonly version: string;
  readonly startedAt: number;
  readonly families: () => readonly Family[];
  /** As config.yaml says now. */
  readonly config: () => Config['metrics'];
}

export class MetricsPush implements Disposable {
  readonly #host: PushHost;
  #cancel: () => void = () => undefined;
  #stopped = false;
  #failing = false;

  constructor(host: PushHost) {
    this.#host = host;
    this.#plan();
  }

  [Symbol.dispose](): void {
    this.#stopped = true;
    this.#cancel();
  }

  /** Looks at the configuration each time: what is named there later is sent to later, without a restart. */
  #plan(): void {
    if (this.#stopped) return;
    const { everySeconds } = this.#host.config();
    this.#cancel = this.#host.clock.after(everySeconds * 1000, () => void this.#report().finally(() => this.#plan()));
  }

  async #report(): Promise<void> {
    const { clock, send, exits, log, version, startedAt, families, config } = this.#host;
    const { otlp } = config();
    if (otlp === null) return;
    const url = new URL(otlp);
    const body = exits.json(otlpBody(families(), { version, startedAt, now: clock.now() }));
    const answer = await send({ url, headers: { 'content-type': 'application/json' }, body }).catch(() => null);
    const fault =
      answer === null
        ? 'it could not be sent'
        : answer.kind === 'failed'
          ? answer.text
          : answer.status >= 200 && answer.status < 300
            ? null
            : `\`${url.host}\` answered ${answer.status}`;
    if (fault !== null && !this.#failing) log.line('warn', 'metrics.failed', fault);
    if (fault === null && this.#failing) log.line('info', 'metrics.sent', `\`${url.host}\` takes them again`);
    this.#failing = fault !== null;
  }
}
