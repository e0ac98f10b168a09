// Pools with the real child, and runs as tests want them.
import type { HostCall, HostReply } from '@castellan/contract';
import {
  createScriptPool,
  type ScriptHost,
  type ScriptOutcome,
  type ScriptPool,
  type ScriptPoolOptions,
  type ScriptRunSpec,
} from '../../src/index.ts';
import { bundledChild } from './child-program.ts';

const LIMITS = { seconds: 60, steps: 50_000_000, memoryBytes: 67_108_864, outputBytes: 262_144, calls: 50 };

export const NEVER: AbortSignal = new AbortController().signal;

export async function openPool(options: Partial<ScriptPoolOptions> = {}): Promise<ScriptPool> {
  const program = options.program ?? (await bundledChild());
  return createScriptPool({ concurrency: 4, warm: 1, now: () => performance.now(), ...options, program });
}

export function specOf(
  source: string,
  more: Partial<Omit<ScriptRunSpec, 'limits'>> & { readonly limits?: object } = {},
): ScriptRunSpec {
  const { limits, ...rest } = more;
  return {
    name: 'test',
    source,
    loads: [],
    args: [],
    secrets: [],
    reachesOut: true,
    ...rest,
    limits: { ...LIMITS, ...limits },
  };
}

/** A host that notes what it is asked, and answers. */
export function noting(answer: (call: HostCall) => HostReply = () => ({ kind: 'value', value: null })): {
  readonly calls: HostCall[];
  readonly host: ScriptHost;
} {
  const calls: HostCall[] = [];
  const host: ScriptHost = async (call) => {
    calls.push(call);
    return answer(call);
  };
  return { calls, host };
}

export const NOBODY: ScriptHost = async (call) => {
  throw new TypeError(`nobody was to be asked for \`${call.kind}\``);
};

/** The value, or the error as `code: message`. */
export function told({ result }: ScriptOutcome): unknown {
  return result.ok ? result.value : `${result.error.code}: ${result.error.message}`;
}
