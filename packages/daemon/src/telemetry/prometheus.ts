// Metrics in the text format of Prometheus, version 0.0.4. Pure.
import type { Distribution, Family } from './meter.ts';

export const PROMETHEUS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

const escapedHelp = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
const escapedValue = (text: string): string => escapedHelp(text).replaceAll('"', '\\"');

const labelled = (name: string, labels: readonly string[], values: readonly string[]): string =>
  labels.length === 0
    ? name
    : `${name}{${labels.map((label, n) => `${label}="${escapedValue(values[n] ?? '')}"`).join(',')}}`;

function histogramLines(name: string, { bounds, counts, sum }: Distribution): readonly string[] {
  let below = 0;
  const lines = bounds.map((bound, n) => {
    below += counts[n] ?? 0;
    return `${name}_bucket{le="${bound}"} ${below}`;
  });
  const all = below + (counts[bounds.length] ?? 0);
  return [...lines, `${name}_bucket{le="+Inf"} ${all}`, `${name}_sum ${sum}`, `${name}_count ${all}`];
}

function familyLines({ name, help, labels, value }: Family): readonly string[] {
  const head = [`# HELP ${name} ${escapedHelp(help)}`, `# TYPE ${name} ${value.type}`];
  if (value.type === 'histogram') return [...head, ...histogramLines(name, value.distribution)];
  return [...head, ...value.samples.map((sample) => `${labelled(name, labels, sample.labels)} ${sample.value}`)];
}

export const prometheusText = (families: readonly Family[]): string => `${families.flatMap(familyLines).join('\n')}\n`;
