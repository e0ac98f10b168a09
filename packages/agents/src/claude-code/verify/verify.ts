// Proves through the real client that the boundary holds. Every check says what was seen; each has a control, the same canary
// where nothing of ours stands, which must get through; none of them leaves a file behind.
import type { VerifyCheck } from '@castellan/contract';
import type { VerifyBench } from '../../verify/bench.ts';
import { expectedOf, settingsFileOf } from '../connection.ts';
import { hookStateText } from '../settings/inspect.ts';
import { inspectHooks } from '../settings/inspect-file.ts';
import { confirmedChecks } from './confirmed.ts';
import { decidedChecks } from './decided.ts';
import { failureChecks } from './failures.ts';
import { promptChecks, wayChecks } from './ways.ts';

export async function* verifyClaudeCode(bench: VerifyBench): AsyncGenerator<VerifyCheck> {
  const path = settingsFileOf(bench.connection);
  const state = await inspectHooks(path, expectedOf(bench.connection));
  yield {
    id: 'settings',
    surface: 'settings',
    situation: 'settings',
    title: 'the hooks stand in the settings as they were written',
    ok: state.kind === 'intact',
    seen: `${path}: ${hookStateText(state)}`,
  };
  if (state.kind !== 'intact') return;
  for (const checks of [decidedChecks, promptChecks, confirmedChecks, failureChecks, wayChecks]) {
    if (bench.signal.aborted) return;
    yield* await checks(bench);
  }
}
