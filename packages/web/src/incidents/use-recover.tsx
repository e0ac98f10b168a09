// Takes a step of the way back, with a second factor of whoever presses where the daemon wants one.
import type { FactorProof, RecoveryStep, ScheduleId } from '@castellan/contract';
import { type ReactNode, useState } from 'react';
import { ProveDialog } from '../account/prove.tsx';
import { codeOf } from '../connection/failure.ts';
import { useChange, useMe } from '../connection/use-ask.ts';

export interface Wish {
  readonly accept?: string[];
  readonly scripts?: string[];
  readonly schedules?: ScheduleId[];
}

interface Recover {
  readonly take: (step: RecoveryStep, wish?: Wish) => Promise<void>;
  readonly pending: boolean;
  readonly failure: unknown;
  readonly dialog: ReactNode;
}

/** @param factorNeeded whether what opens something again needs one. */
export function useRecover(factorNeeded: boolean): Recover {
  const change = useChange('recover');
  const again = useChange('recover');
  const factors = useMe().data?.user.factors;
  const [asked, setAsked] = useState<{ readonly step: RecoveryStep; readonly wish: Wish } | null>(null);
  const has = factors !== undefined && (factors.totp || factors.passkeys > 0);
  const take = async (step: RecoveryStep, wish: Wish = {}): Promise<void> => {
    const opens = step === 'close' || (wish.scripts?.length ?? 0) + (wish.schedules?.length ?? 0) > 0;
    again.reset();
    // Whoever has none is told so by the daemon, in its own words.
    if (opens && factorNeeded && has) setAsked({ step, wish });
    else await change.run({ params: { step }, body: wish });
  };
  const prove = async (factor: FactorProof): Promise<void> => {
    if (asked === null) return;
    const answer = await again.run({ params: { step: asked.step }, body: { ...asked.wish, factor } });
    if (answer !== null) setAsked(null);
  };
  return {
    take,
    pending: change.pending,
    failure: codeOf(change.failure) === 'factor_required' && asked !== null ? null : change.failure,
    dialog: (
      <ProveDialog
        opened={asked !== null}
        onClose={() => setAsked(null)}
        title={asked?.step === 'close' ? 'End the panic' : 'Bring them back'}
        text="From then on things run again. Prove that it is you."
        pending={again.pending}
        failure={again.failure}
        onProof={(proof) => {
          if ('factor' in proof) void prove(proof.factor);
        }}
      />
    ),
  };
}
