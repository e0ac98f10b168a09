// Proves through the real Codex that the boundary holds. Every check says what was seen; none of them leaves a file behind.
import type { VerifyCheck } from '@castellan/contract';
import type { VerifyBench } from '../../verify/bench.ts';
import { inspectCodex } from '../inspect.ts';
import { gatewayChecks } from './gateway-checks.ts';
import { hooksChecks } from './hooks-checks.ts';

export async function* verifyCodex(bench: VerifyBench): AsyncIterable<VerifyCheck> {
  const found = await inspectCodex(bench.connection, bench.machine);
  const wrong = found.flatMap((one) => (one.kind === 'intact' ? [] : [one.text]));
  yield {
    ...{ id: 'settings', surface: 'settings', situation: 'settings' },
    title: 'the entries stand in the settings as they were written, and count',
    ok: wrong.length === 0,
    seen: wrong.length === 0 ? bench.connection.files.map(({ path }) => path).join(', ') : wrong.join('; '),
  };
  if (wrong.length > 0 || bench.signal.aborted) return;
  const checks = bench.connection.mode === 'gateway' ? gatewayChecks(bench) : hooksChecks(bench);
  for await (const check of checks) {
    yield check;
    if (bench.signal.aborted) return;
  }
}
