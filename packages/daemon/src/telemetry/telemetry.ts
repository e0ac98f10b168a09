// What every room may use of it.
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';

export interface Telemetry {
  readonly log: Log;
  readonly metrics: Metrics;
  /** How far the machine's clock was behind a former run when the daemon started, in milliseconds. */
  readonly behind: number;
}
