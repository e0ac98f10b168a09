// Metrics as the body of an OTLP export over HTTP, in its JSON form (opentelemetry-proto 1.x, metrics/v1). Pure. Times are nanoseconds
// since 1970 and counts are 64 bits wide: both are texts there, because JSON has no such numbers.
import type { JsonValue } from '@castellan/contract';
import type { Family } from './meter.ts';

export interface OtlpFrame {
  readonly version: string;
  /** Of this run of the daemon: what is summed up begins there. */
  readonly startedAt: number;
  readonly now: number;
}

/** AGGREGATION_TEMPORALITY_CUMULATIVE. */
const CUMULATIVE = 2;

const nanos = (ms: number): string => `${Math.floor(ms)}000000`;
const text = (key: string, value: string): JsonValue => ({ key, value: { stringValue: value } });

function dataOf(
  { value, labels }: Family,
  times: { readonly [name: string]: JsonValue },
): { readonly [name: string]: JsonValue } {
  if (value.type === 'histogram') {
    const { bounds, counts, sum } = value.distribution;
    const count = String(counts.reduce((all, each) => all + each, 0));
    const point = { ...times, count, sum, bucketCounts: counts.map(String), explicitBounds: [...bounds] };
    return { histogram: { aggregationTemporality: CUMULATIVE, dataPoints: [point] } };
  }
  const dataPoints = value.samples.map((sample) => ({
    ...times,
    asDouble: sample.value,
    attributes: labels.map((label, n) => text(label, sample.labels[n] ?? '')),
  }));
  return value.type === 'counter'
    ? { sum: { aggregationTemporality: CUMULATIVE, isMonotonic: true, dataPoints } }
    : { gauge: { dataPoints } };
}

export function otlpBody(families: readonly Family[], { version, startedAt, now }: OtlpFrame): JsonValue {
  const times = { startTimeUnixNano: nanos(startedAt), timeUnixNano: nanos(now) };
  return {
    resourceMetrics: [
      {
        resource: { attributes: [text('service.name', 'castellan'), text('service.version', version)] },
        scopeMetrics: [
          {
            scope: { name: 'castellan', version },
            metrics: families.map((family) => ({
              name: family.name,
              description: family.help,
              unit: family.unit,
              ...dataOf(family, times),
            })),
          },
        ],
      },
    ],
  };
}
