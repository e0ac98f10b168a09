// What a server offers now against what was accepted, and the button that accepts exactly that. INVARIANT: what is accepted is
// what was read: a server that changes meanwhile is shown anew, and nothing is accepted until then.
import type { ModuleView } from '@castellan/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useChange } from '../../connection/use-ask.ts';
import { Act } from '../../kit/act.tsx';
import { ConfirmDialog } from '../../kit/confirm-dialog.tsx';
import { Note } from '../../kit/note.tsx';
import { Section } from '../../kit/page-frame.tsx';
import kit from '../../kit/rows.module.css';
import { seenText } from '../../kit/text-pieces.ts';
import { countText } from '../../kit/time-text.ts';
import { Differences, DifferenceText } from '../modules/findings.tsx';

export function Different({ view }: { readonly view: ModuleView }) {
  const [shown, setShown] = useState<ModuleView | null>(null);
  const held = view.state === 'held';
  return (
    <Section
      title="What is different now"
      lead={
        held
          ? 'It is another server than the one that was accepted. Nothing of it is used until somebody accepts this one.'
          : 'Held back: agents do not see it and cannot use it until somebody accepts it. The rest goes on as accepted.'
      }
      actions={
        view.pending === null || !view.accepted ? undefined : (
          <Act needs="modules:write" variant="filled" about={view.title} onClick={() => setShown(view)}>
            Accept
          </Act>
        )
      }
    >
      <Differences differences={view.differences} />
      {shown === null ? null : (
        <AcceptDialog shown={shown} now={view} onAnew={() => setShown(view)} onClose={() => setShown(null)} />
      )}
    </Section>
  );
}

interface AcceptProps {
  /** As it was read when the dialog was opened. */
  readonly shown: ModuleView;
  readonly now: ModuleView;
  readonly onAnew: () => void;
  readonly onClose: () => void;
}

function AcceptDialog({ shown, now, onAnew, onClose }: AcceptProps) {
  const queries = useQueryClient();
  // What was refused because it has changed is read again: then this says so, and shows what it is now.
  const accept = useChange('acceptModule', async () => {
    await queries.invalidateQueries({ queryKey: ['module'] });
    return null;
  });
  const { pending, name, title, differences } = shown;
  const changed = now.pending !== pending;
  const confirm = async (): Promise<void> => {
    if (pending === null || changed) return;
    if ((await accept.run({ params: { name }, body: { pending } })) !== null) onClose();
  };
  const anew = (): void => {
    accept.reset();
    onAnew();
  };
  if (changed)
    return (
      <ConfirmDialog
        opened
        title={`${seenText(title)} offers something else now`}
        confirm="Show it anew"
        onConfirm={now.pending === null ? onClose : anew}
        onClose={onClose}
      >
        <Note kind="warn">It changed while you read. Nothing was accepted.</Note>
      </ConfirmDialog>
    );
  const told = differences.some(({ change }) => change === 'instructions') ? shown.instructionFindings.length : 0;
  const findings = shown.offered
    .filter(({ state }) => state === 'quarantined')
    .reduce((sum, each) => sum + each.findings.length, told);
  return (
    <ConfirmDialog
      opened
      title={`Accept what ${seenText(title)} offers now?`}
      confirm={`Accept ${countText(differences.length, 'difference')}`}
      pending={accept.pending}
      failure={accept.failure}
      onConfirm={() => void confirm()}
      onClose={onClose}
    >
      <div className={kit.stack}>
        <ul className={kit.stack}>
          {differences.map(({ name: of, text }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two may be told alike, and none moves
            <li key={index}>
              <DifferenceText name={of} text={text} />
            </li>
          ))}
        </ul>
        {findings === 0 ? null : (
          <Note kind="warn" title={`${countText(findings, 'finding')} in what is held back`}>
            <p>Each stands on the page, beside what it was found in. Read them before you accept.</p>
          </Note>
        )}
        <p className="muted">
          Agents use it from then on as it is now. New tools wait for a person at each call. You accept exactly this:
        </p>
        <p className="mono">{pending}</p>
      </div>
    </ConfirmDialog>
  );
}
