// The thing itself: the command with its marks, the message as it would be read, the statement, the changes of files; and
// the arguments, whole, one key away.
import type { Approval } from '@castellan/contract';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { CopyButton } from '../kit/copy-button.tsx';
import { DiffView } from '../kit/diff-view.tsx';
import { JsonView } from '../kit/json-view.tsx';
import { Kbd } from '../kit/kbd.tsx';
import { MarkedText } from '../kit/marked-text.tsx';
import { seenText } from '../kit/text-pieces.ts';
import { messageOf, statementOf } from './message.ts';
import { commandOf, spansOf } from './spans.ts';
import css from './thing.module.css';

function Message({ approval }: { readonly approval: Approval }) {
  const message = messageOf(approval.arguments);
  if (message === null) return null;
  return (
    <div className={css.message}>
      <dl>
        {message.heads.map(({ name, value }) => (
          <div key={name}>
            <dt>{seenText(name)}</dt>
            <dd>{seenText(value)}</dd>
          </div>
        ))}
      </dl>
      <MarkedText text={message.body} />
    </div>
  );
}

/** Whether there is something that shows the call better than its arguments do. */
export const hasThing = (approval: Approval): boolean =>
  approval.changes.length > 0 ||
  commandOf(approval) !== null ||
  statementOf(approval.arguments) !== null ||
  messageOf(approval.arguments) !== null;

export function Thing({ approval }: { readonly approval: Approval }) {
  const command = commandOf(approval);
  const statement = command === null ? statementOf(approval.arguments) : null;
  return (
    <>
      {command === null ? null : <MarkedText text={command} spans={spansOf(approval.effects, command.length)} />}
      {statement === null ? null : <MarkedText text={statement} />}
      {command === null && statement === null ? <Message approval={approval} /> : null}
      {approval.changes.map((change) => (
        <DiffView key={change.path} change={change} />
      ))}
    </>
  );
}

export function Arguments({
  approval,
  open,
  onToggle,
}: {
  readonly approval: Approval;
  readonly open: boolean;
  readonly onToggle: () => void;
}) {
  const Icon = open ? ChevronDown : ChevronRight;
  return (
    <div className={css.arguments}>
      <div className={css.bar}>
        <button type="button" aria-expanded={open} onClick={onToggle} className={css.toggle}>
          <Icon size={16} aria-hidden />
          Arguments, whole
          <Kbd>o</Kbd>
        </button>
        {open ? <CopyButton text={JSON.stringify(approval.arguments, null, 2)} label="Copy the arguments" /> : null}
      </div>
      {open ? (
        <div className={css.body}>
          <p className="muted">
            <code>{seenText(`${approval.module}/${approval.tool}`)}</code> in <code>{seenText(approval.cwd)}</code>
          </p>
          <JsonView value={approval.arguments} />
        </div>
      ) : null}
    </div>
  );
}
