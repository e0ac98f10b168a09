// Proves through the real OpenCode that it is held: what was written stands, and canaries for each way it can act end as they
// should. None of them leaves a file behind.
import type { VerifyCheck } from '@castellan/contract';
import type { VerifyBench } from '../../verify/bench.ts';
import { inspectOpenCode } from '../watch/inspect.ts';
import { gatewayChecks } from './gateway-checks.ts';
import { hooksChecks } from './hooks-checks.ts';

export async function* verifyOpenCode(bench: VerifyBench): AsyncIterable<VerifyCheck> {
  const standings = await inspectOpenCode(bench.connection, bench.machine);
  const faults = standings.flatMap((one) => (one.kind === 'intact' ? [] : [one.text]));
  yield {
    id: 'settings',
    surface: 'settings',
    situation: 'settings',
    title: 'the plug-in and the settings stand as they were written',
    ok: faults.length === 0,
    seen: faults.length === 0 ? 'as they were written' : faults.join('; ').slice(0, 2000),
  };
  yield* bench.connection.mode === 'gateway' ? gatewayChecks(bench) : hooksChecks(bench);
}
