// A change of people where the daemon may ask who is at the keys: sent once, and again with the proof where it says so.
import { type ReactNode, useState } from 'react';
import { codeOf } from '../connection/failure.ts';
import { type Change, type InputOf, type OutputOf, useChange } from '../connection/use-ask.ts';
import { ProveDialog } from './prove.tsx';

type Proved = 'addUser' | 'changeUser' | 'removeUser';

interface Waiting<Name extends Proved> {
  readonly input: InputOf<Name>;
  readonly settle: (answer: OutputOf<Name> | null) => void;
}

/** `dialog` stands anywhere in the component; `change` is run as ever. */
export function useProved<Name extends Proved>(
  name: Name,
  title: string,
): { readonly change: Change<Name>; readonly dialog: ReactNode } {
  const [waiting, setWaiting] = useState<Waiting<Name> | null>(null);
  const again = useChange(name);
  const change = useChange(name, (failure, input) =>
    codeOf(failure) === 'factor_required'
      ? new Promise((settle) => {
          again.reset();
          setWaiting({ input, settle });
        })
      : Promise.resolve(null),
  );
  const end = (answer: OutputOf<Name> | null): void => {
    waiting?.settle(answer);
    setWaiting(null);
  };
  const dialog = (
    <ProveDialog
      opened={waiting !== null}
      onClose={() => end(null)}
      title={title}
      text="Who may come in here is changed only by whoever proves again who they are."
      pending={again.pending}
      failure={again.failure}
      onProof={(proof) => {
        if (waiting === null) return;
        // Each of the three routes takes a proof in its body; the type of a route that is not named yet cannot say so.
        const input = { ...waiting.input, body: { ...waiting.input?.body, proof } } as InputOf<Name>;
        void again.run(input).then((answer) => (answer === null ? undefined : end(answer)));
      }}
    />
  );
  return { change, dialog };
}
