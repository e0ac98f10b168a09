// How long the analysis of many inputs takes, the slowest of them, and what stays on the heap.
import { createFacts } from '@castellan/facts';
import { analyseCommand } from '@castellan/shell';
import { createInputs } from './inputs.ts';
import { createRandom } from './random.ts';

export interface TimeResult {
  readonly inputs: number;
  /** Milliseconds, the least of three tries where the first was slow. */
  readonly p50: number;
  readonly p99: number;
  readonly p9999: number;
  /** Slowest first. `ms`: the least of three tries, `first` the first one. */
  readonly slowest: readonly {
    readonly ms: number;
    readonly first: number;
    readonly length: number;
    readonly input: string;
  }[];
  /** Inputs that were answered with nothing, or threw. */
  readonly faults: readonly string[];
  /** MiB of heap in use after all, less what was in use after a tenth of them. */
  readonly heapGrowth: number;
}

const KEPT = 20;
/** From here on an input is measured three times, and the least counts. */
const SUSPECT_MS = 5;

export function timeInputs(options: {
  readonly seed: number;
  readonly inputs: number;
  readonly cwd: string;
}): TimeResult {
  const { cwd } = options;
  const facts = createFacts({ home: '/home/user', stateFolder: '/home/user/.config/castellan' });
  const context = { cwd, workspace: cwd, facts };
  const { next } = createInputs(createRandom(options.seed));
  const times = new Float64Array(options.inputs);
  const faults: string[] = [];
  let slowest: TimeResult['slowest'] = [];
  const measure = (input: string): number => {
    const begin = performance.now();
    try {
      if (analyseCommand(input, context).length === 0) faults.push(input);
    } catch {
      faults.push(input);
    }
    return performance.now() - begin;
  };
  let early = 0;
  for (let n = 0; n < options.inputs; n += 1) {
    const input = next();
    const first = measure(input);
    // A pause to collect what earlier inputs left behind is not what this one costs.
    const ms = first < SUSPECT_MS ? first : Math.min(first, measure(input), measure(input));
    times[n] = ms;
    if (slowest.length < KEPT || ms > (slowest.at(-1)?.ms ?? 0))
      slowest = [...slowest, { ms, first, length: input.length, input }].sort((a, b) => b.ms - a.ms).slice(0, KEPT);
    if (n === Math.floor(options.inputs / 10)) early = heapInUse();
  }
  const heapGrowth = heapInUse() - early;
  times.sort();
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return {
    inputs: options.inputs,
    p50: at(0.5),
    p99: at(0.99),
    p9999: at(0.9999),
    slowest,
    faults,
    heapGrowth,
  };
}

function heapInUse(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1_048_576;
}
