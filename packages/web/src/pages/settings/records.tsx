// How long records are kept, and where they are sent as they are written: as it is. Both are set in the file, because what hides or
// sends out evidence is not for a page to change.
import type { ForwardView } from '@castellan/contract';
import { CircleAlert, CircleCheck, CircleDashed } from 'lucide-react';
import { useState } from 'react';
import { type OutputOf, useAsk, useChange } from '../../connection/use-ask.ts';
import { Act } from '../../kit/act.tsx';
import { Asked } from '../../kit/asked.tsx';
import { ErrorNote } from '../../kit/error-note.tsx';
import { Facts, Verbatim } from '../../kit/facts.tsx';
import { Note } from '../../kit/note.tsx';
import kit from '../../kit/rows.module.css';
import { ShellLine } from '../../kit/shell-line.tsx';
import { Tag } from '../../kit/tag.tsx';
import { seenText } from '../../kit/text-pieces.ts';
import { Ticked } from '../../kit/ticked.tsx';
import { countText } from '../../kit/time-text.ts';
import { When } from '../../kit/when.tsx';
import { capital } from '../../kit/words.ts';

const EXAMPLE = `retention:
  days: 365
forward:
  - name: siem
    to: syslog+tls://logs.example.org:6514
`;

export function Kept() {
  const forwards = useAsk('forwards', undefined, { everyMs: 10_000 });
  const retention = useAsk('checks').data?.checks.find(({ id }) => id === 'retention');
  const ledger = useAsk('status').data?.ledger;
  return (
    <div className={kit.wide}>
      <Facts
        facts={[
          ['Records', ledger === undefined ? '…' : countText(ledger.size, 'record')],
          ['Kept', retention === undefined ? '…' : <Ticked key="kept" text={capital(retention.evidence)} />],
        ]}
      />
      <h3>Collectors</h3>
      <Asked query={forwards}>
        {({ forwards }) =>
          forwards.length === 0 ? (
            <p className="muted">None: no record leaves by itself.</p>
          ) : (
            <ul className={kit.rows}>
              {forwards.map((forward) => (
                <Collector key={forward.name} forward={forward} />
              ))}
            </ul>
          )
        }
      </Asked>
      <h3>Changing it</h3>
      <p>
        In <code>config.yaml</code>. It takes effect as soon as the file is saved.
      </p>
      <Verbatim text={EXAMPLE} label="An example for config.yaml" />
      <p>What would be sealed if records were kept for a year, and what is held back:</p>
      <ShellLine command="castellan ledger seal --dry-run --days 365" />
    </div>
  );
}

const STATES = {
  current: { tone: 'good', icon: CircleCheck },
  sending: { tone: 'plain', icon: CircleDashed },
  failing: { tone: 'bad', icon: CircleAlert },
} as const;

function Collector({ forward }: { readonly forward: ForwardView }) {
  const { name, to, as, query, state, behind, sent, lastSentAt, setAside, fault } = forward;
  const test = useChange('testForward');
  const [told, setTold] = useState<OutputOf<'testForward'> | null>(null);
  const { tone, icon } = STATES[state];
  return (
    <li className={kit.row}>
      <div className={kit.main}>
        <p className={kit.name}>
          {name}
          <Tag tone={tone} icon={icon}>
            {state}
          </Tag>
        </p>
        <p className={kit.note}>
          <code>{seenText(to)}</code> as {as}
          {query === '' ? '' : `, only ${query}`}
        </p>
        <p className={kit.note}>
          {countText(sent, 'record')} sent since the daemon began
          {lastSentAt === null ? null : (
            <>
              , the last <When at={lastSentAt} />
            </>
          )}
          {behind === 0 ? '' : `, ${behind} wait`}
          {setAside === 0 ? '' : `, ${setAside} were not taken`}
        </p>
        {fault === null ? null : <p>{capital(seenText(fault.text))}</p>}
        <ErrorNote error={test.failure} />
        {told === null ? null : <Note kind={told.taken ? 'good' : 'bad'} title={capital(seenText(told.text))} />}
      </div>
      <Act
        needs="ledger:export"
        about={name}
        pending={test.pending}
        onClick={() => void test.run({ params: { name } }).then(setTold)}
      >
        Send a test
      </Act>
    </li>
  );
}
