// Brings a version back that was approved before. It is an approval, and asks for as much.
import type { ScriptVersion } from '@castellan/contract';
import { useState } from 'react';
import { Act } from '../../kit/act.tsx';
import { ConfirmDialog } from '../../kit/confirm-dialog.tsx';
import { useProvedAnswer } from '../../scripts/use-proved-answer.tsx';

export function Restore({ version }: { readonly version: ScriptVersion }) {
  const { script: name, digest, number, state } = version;
  const [open, setOpen] = useState(false);
  const answer = useProvedAnswer('restoreScript', { name, digest }, false, `Restore version ${number}`);
  if (state.kind !== 'superseded' && state.kind !== 'disabled') return answer.dialog;
  const restore = async (): Promise<void> => {
    setOpen(false);
    if ((await answer.run()) === null) setOpen(answer.failure !== null);
  };
  return (
    <>
      <Act needs="scripts:approve" about={`version ${number}`} pending={answer.pending} onClick={() => setOpen(true)}>
        Restore
      </Act>
      <ConfirmDialog
        opened={open}
        title={`Restore version ${number}?`}
        confirm="Restore it"
        pending={answer.pending}
        failure={answer.failure}
        onConfirm={() => void restore()}
        onClose={() => setOpen(false)}
      >
        <p>It runs again from now on, with what it may do. Whatever is approved now is replaced by it.</p>
      </ConfirmDialog>
      {answer.dialog}
    </>
  );
}
