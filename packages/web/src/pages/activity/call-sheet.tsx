// One call with everything that is known of it: why it was decided so, what it would do, with what, and its story.
import type { CallView } from '@castellan/contract';
import { Link } from '@tanstack/react-router';
import { useAsk } from '../../connection/use-ask.ts';
import { Asked } from '../../kit/asked.tsx';
import { EffectList } from '../../kit/effect-list.tsx';
import { Facts } from '../../kit/facts.tsx';
import { JsonView } from '../../kit/json-view.tsx';
import { OutcomeMark } from '../../kit/outcome-mark.tsx';
import { ReasonLine } from '../../kit/reason-line.tsx';
import kit from '../../kit/rows.module.css';
import { Sheet } from '../../kit/sheet.tsx';
import { seenText } from '../../kit/text-pieces.ts';
import { exactText } from '../../kit/time-text.ts';
import { shortId } from '../../kit/words.ts';
import css from './activity.module.css';
import { recordLine } from './model.ts';

export function CallSheet({ call, onClose }: { readonly call: string | null; readonly onClose: () => void }) {
  return (
    <Sheet opened={call !== null} onClose={onClose} title="Call">
      {call === null ? null : <OneCall id={call} />}
    </Sheet>
  );
}

function OneCall({ id }: { readonly id: string }) {
  const query = useAsk('call', { params: { id } });
  return <Asked query={query}>{(view) => <Story view={view} />}</Asked>;
}

function Story({ view: { attempt, records } }: { readonly view: CallView }) {
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
      <section className={kit.stack}>
        <h3>What happened</h3>
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
