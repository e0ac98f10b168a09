// One call with everything that is known of it: why it was decided so, what it would do, with what, and its story.
import type { CallView, UndoTarget } from '@castellan/contract';
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { ArrowLeft, Download } from 'lucide-react';
import { useState } from 'react';
import { useApi } from '../../connection/context.tsx';
import { ask, useAsk, useMay } from '../../connection/use-ask.ts';
import { Act } from '../../kit/act.tsx';
import { Asked } from '../../kit/asked.tsx';
import { saveFile } from '../../kit/download.ts';
import { EffectList } from '../../kit/effect-list.tsx';
import { ErrorNote } from '../../kit/error-note.tsx';
import { Facts } from '../../kit/facts.tsx';
import { JsonView } from '../../kit/json-view.tsx';
import { OutcomeMark } from '../../kit/outcome-mark.tsx';
import { ReasonLine } from '../../kit/reason-line.tsx';
import kit from '../../kit/rows.module.css';
import { Sheet } from '../../kit/sheet.tsx';
import { seenText } from '../../kit/text-pieces.ts';
import { exactText } from '../../kit/time-text.ts';
import { capital, shortId } from '../../kit/words.ts';
import { Undo } from '../../undo/undo.tsx';
import css from './activity.module.css';
import { recordLine } from './model.ts';

export function CallSheet({ call, onClose }: { readonly call: string | null; readonly onClose: () => void }) {
  return (
    <Sheet opened={call !== null} onClose={onClose} title="Call" wide>
      {call === null ? null : <OneCall id={call} />}
    </Sheet>
  );
}

function OneCall({ id }: { readonly id: string }) {
  const query = useAsk('call', { params: { id } });
  const [undoing, setUndoing] = useState<UndoTarget | null>(null);
  if (undoing === null) return <Asked query={query}>{(view) => <Story view={view} onUndo={setUndoing} />}</Asked>;
  return (
    <div className={kit.wide}>
      <div>
        <Button leftSection={<ArrowLeft size={16} aria-hidden />} onClick={() => setUndoing(null)}>
          Back to the call
        </Button>
      </div>
      <h3>{undoing.startsWith('task_') ? 'Undo the whole task' : 'Undo this call'}</h3>
      <Undo of={undoing} />
    </div>
  );
}

/** A file that proves these records to somebody who trusts nothing but the verifier. */
function Proof({ call }: { readonly call: string }) {
  const api = useApi();
  const [failure, setFailure] = useState<unknown>(null);
  const save = async (): Promise<void> => {
    setFailure(null);
    try {
      const { proof } = await ask(api, 'callProof', { params: { id: call } });
      saveFile(`${call}.proof.json`, 'application/json', [`${JSON.stringify(proof, null, 2)}\n`]);
    } catch (error) {
      setFailure(error);
    }
  };
  return (
    <>
      <Act needs="ledger:read" leftSection={<Download size={16} aria-hidden />} onClick={() => void save()}>
        Proof
      </Act>
      <ErrorNote error={failure} />
    </>
  );
}

/** What of it can be put back, and the way to it. */
function Undoing({
  view: { attempt, records },
  onUndo,
}: {
  readonly view: CallView;
  readonly onUndo: (of: UndoTarget) => void;
}) {
  const may = useMay('undo:read');
  const kept = useAsk('undoables', { query: { task: attempt.task, limit: 500 } }, { enabled: may }).data?.calls ?? [];
  const told = records.flatMap((record) => (record.kind === 'outcome' ? (record.reversibility ?? []) : [])).at(-1);
  const own = kept.some(({ call }) => call === attempt.call);
  if (told === undefined && !own) return null;
  return (
    <section className={kit.stack}>
      <h3>Undo</h3>
      {told === undefined ? null : <p>{capital(seenText(told.text))}</p>}
      {own ? (
        <div className={kit.actions}>
          <Act needs="undo:read" onClick={() => onUndo(attempt.call)}>
            Undo this call
          </Act>
          {kept.length > 1 ? (
            <Act needs="undo:read" onClick={() => onUndo(attempt.task)}>
              Undo the whole task
            </Act>
          ) : null}
        </div>
      ) : null}
    </section>
  );
}

function Story({ view, onUndo }: { readonly view: CallView; readonly onUndo: (of: UndoTarget) => void }) {
  const { attempt, records } = view;
  const lines = records.flatMap((record) => recordLine(record) ?? []);
  const session = useAsk('status').data?.tasks.find(({ id }) => id === attempt.task);
  return (
    <div className={kit.wide}>
      <div className={kit.stack}>
        <p className={kit.name}>
          <span className="mono">{seenText(`${attempt.module}/${attempt.tool}`)}</span>
          <OutcomeMark outcome={attempt.verdict.outcome} />
        </p>
        <Facts
          facts={[
            ['When', exactText(attempt.at)],
            attempt.script === undefined
              ? null
              : [
                  'Made by',
                  <Link key="script" to="/runs/$id" params={{ id: attempt.script.run }}>
                    a run of {attempt.script.name ?? 'a script that nobody approved'}
                  </Link>,
                ],
            session === undefined || session.title === '' ? null : ['Task', seenText(session.title)],
            [
              'Session',
              <span key="session">
                <span className="mono">{shortId(attempt.session)}</span>
                {attempt.subagent === undefined ? null : ` · sub-agent ${seenText(attempt.subagent)}`}
              </span>,
            ],
            [
              'Folder',
              <span key="cwd" className="mono">
                {seenText(attempt.cwd)}
              </span>,
            ],
            [
              'Call',
              <span key="id" className="mono">
                {shortId(attempt.call)}
              </span>,
            ],
          ]}
        />
      </div>
      <section className={kit.stack}>
        <h3>Why</h3>
        <ul className={kit.stack}>
          {attempt.verdict.reasons.map((reason) => (
            <ReasonLine key={`${reason.source} ${reason.id} ${reason.text}`} reason={reason} />
          ))}
        </ul>
      </section>
      <section className={kit.stack}>
        <h3>What it would do</h3>
        <EffectList effects={attempt.effects} />
      </section>
      <section className={kit.stack}>
        <h3>Arguments</h3>
        <JsonView value={attempt.arguments} />
      </section>
      <Undoing view={view} onUndo={onUndo} />
      <section className={kit.stack}>
        <div className={css.head}>
          <h3>What happened</h3>
          <Proof call={attempt.call} />
        </div>
        <ol className={css.story}>
          {lines.map(({ at, title, text }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: records of a call never move, and two may be alike
            <li key={index} className={css.told}>
              <p>
                <strong>{title}</strong> {text}
              </p>
              <p className={kit.note}>{exactText(at)}</p>
            </li>
          ))}
        </ol>
      </section>
    </div>
  );
}
