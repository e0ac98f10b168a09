// Every change of the policy goes through here: said in words, looked at once more, then sent.
import type { PolicyChange, PolicyView } from '@castellan/contract';
import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useChange } from '../../connection/use-ask.ts';
import kit from '../../kit/rows.module.css';
import { useConfirm } from '../../kit/use-confirm.tsx';
import { changeWords, loosens } from './model.ts';

export interface Asking {
  readonly title: string;
  readonly yes: string;
  readonly change: PolicyChange;
  /** Below the sentence that says what will be so. */
  readonly more?: ReactNode;
}
export type AskChange = (asking: Asking) => void;

export function usePolicyChange(view: PolicyView): { readonly ask: AskChange; readonly dialog: ReactNode } {
  const change = useChange('changePolicy');
  const confirm = useConfirm(change);
  return {
    dialog: confirm.dialog,
    ask: ({ title, yes, change: wanted, more }) => {
      confirm.ask({
        title,
        yes,
        input: { body: wanted },
        body: (
          <>
            <p>{changeWords(wanted, view)}</p>
            {more}
            {loosens(wanted, view) ? (
              <p className={kit.name}>
                <TriangleAlert size={16} aria-hidden /> More runs without you.
              </p>
            ) : null}
          </>
        ),
      });
    },
  };
}
