// A schedule's script: the approved version, or the one it names where that is the approved one, by the same door as every run.

import type { ScriptRun } from '@castellan/contract';
import type { Runs, Versions } from '../scripts/index.ts';
import { type Came, failedAtOnce, type Obstacle, type ScriptTarget, type Starter } from './targets.ts';

export interface ScriptsForSchedules {
  readonly life: Pick<Versions, 'of' | 'approved' | 'toRun'>;
  readonly runs: Pick<Runs, 'start'>;
}

export function scriptStarter({ life, runs }: ScriptsForSchedules): Starter<ScriptTarget> {
  return {
    async obstacle({ script, digest }) {
      const no = (why: string): Obstacle => ({
        why,
        hint: 'a person approves a script with `castellan scripts approve`',
      });
      if (life.of(script).length === 0) return no(`there is no script \`${script}\``);
      const approved = life.approved(script);
      if (approved === null) return no(`no version of script \`${script}\` is approved`);
      return digest === undefined || approved.digest === digest
        ? null
        : no(`another version of script \`${script}\` is approved than the one it is to run`);
    },
    async start({ script, digest, args }, { schedule, by }, signal) {
      const runnable = await life.toRun(script, digest);
      if (!runnable.ok) return failedAtOnce(runnable.error.message);
      const { version, source, loads } = runnable;
      const { run, ended } = await runs.start(
        { kind: 'run', version, source, loads, args, by, owner: null, schedule, hostCalls: 'live' },
        signal,
      );
      return { run: run.id, ended: ended.then(cameOf) };
    },
  };
}

function cameOf({ id, session, outcome, error }: ScriptRun): Came {
  const text = error?.message ?? (outcome === 'succeeded' ? '' : outcome);
  return { outcome: outcome === 'succeeded' ? 'succeeded' : 'failed', text, run: id, session };
}
