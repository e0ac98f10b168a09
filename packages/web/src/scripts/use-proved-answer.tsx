// Approving a version, or bringing one back: sent once, and with a factor of whoever presses where the daemon wants one. A
// passkey is asked about this very version.
import type { Digest, FactorProof, ScriptName } from '@castellan/contract';
import { Modal } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { ProveDialog } from '../account/prove.tsx';
import { useApi } from '../connection/context.tsx';
import { codeOf } from '../connection/failure.ts';
import { ask, type OutputOf, useChange, useMe } from '../connection/use-ask.ts';

type Route = 'approveScript' | 'restoreScript';
type Answer = OutputOf<Route> | null;

export interface ProvedAnswer {
  /** Resolves to the version as it stands then; null: it was not done. */
  readonly run: () => Promise<Answer>;
  readonly pending: boolean;
  /** What is wrong with a proof stands in the dialog itself. */
  readonly failure: unknown;
  readonly dialog: ReactNode;
}

export function useProvedAnswer(
  route: Route,
  { name, digest }: { readonly name: ScriptName; readonly digest: Digest },
  factorNeeded: boolean,
  title: string,
): ProvedAnswer {
  const api = useApi();
  const factors = useMe().data?.user.factors;
  const [asking, setAsking] = useState<((answer: Answer) => void) | null>(null);
  const again = useChange(route);
  const askFactor = (): Promise<Answer> =>
    new Promise((settle) => {
      again.reset();
      setAsking(() => settle);
    });
  const change = useChange(route, (failure) =>
    codeOf(failure) === 'factor_required' ? askFactor() : Promise.resolve(null),
  );
  const end = (answer: Answer): void => {
    asking?.(answer);
    setAsking(null);
  };
  const prove = async (factor: FactorProof): Promise<void> => {
    const answer = await again.run({ params: { name }, body: { digest, factor } });
    if (answer !== null) end(answer);
  };
  const opened = asking !== null;
  const has = factors === undefined || factors.totp || factors.passkeys > 0;
  const dialog = has ? (
    <ProveDialog
      opened={opened}
      onClose={() => end(null)}
      title={title}
      text="From then on it runs whenever it is asked for, with what it may do. Prove that it is you."
      pending={again.pending}
      failure={again.failure}
      begin={() => ask(api, 'scriptFactor', { params: { name }, body: { digest } })}
      onProof={(proof) => {
        if ('factor' in proof) void prove(proof.factor);
      }}
    />
  ) : (
    <Modal opened={opened} onClose={() => end(null)} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
      <p>
        This takes a second factor, and you have none yet. <Link to="/settings">Add one</Link>
      </p>
    </Modal>
  );
  return {
    run: () => (factorNeeded ? askFactor() : change.run({ params: { name }, body: { digest } })),
    pending: change.pending || opened,
    failure: codeOf(change.failure) === 'factor_required' ? null : change.failure,
    dialog,
  };
}
