// The door of telemetry: the daemon's log, its metrics, and how it stands.
export { diskOf, gauges } from './gauges.ts';
export { createLog, type Log } from './log.ts';
export type { Family } from './meter.ts';
export { Metrics } from './metrics.ts';
export { PROMETHEUS_TYPE, prometheusText } from './prometheus.ts';
export { MetricsPush } from './push.ts';
export { type HealthFacts, healthOf, notReadyOf } from './ready.ts';
export type { Telemetry } from './telemetry.ts';
export { toldOf } from './told.ts';
