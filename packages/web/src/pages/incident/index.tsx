// One incident: while a panic is in force the way back from it and the person's own runbook, then what happened, and notes.
import type { Incident } from '@castellan/contract';
import { useParams } from '@tanstack/react-router';
import { useAsk } from '../../connection/use-ask.ts';
import { didWords } from '../../incidents/model.ts';
import { Notes } from '../../incidents/notes.tsx';
import { Report } from '../../incidents/report.tsx';
import { StandingTag } from '../../incidents/standing-tag.tsx';
import { WayBack } from '../../incidents/way-back.tsx';
import { Asked } from '../../kit/asked.tsx';
import { Facts, Verbatim } from '../../kit/facts.tsx';
import { PageFrame, Section } from '../../kit/page-frame.tsx';
import kit from '../../kit/rows.module.css';
import { ShellLine } from '../../kit/shell-line.tsx';
import { seenText } from '../../kit/text-pieces.ts';
import { exactText } from '../../kit/time-text.ts';
import { Who } from '../../kit/who.tsx';

export function Page() {
  const { id } = useParams({ from: '/shell/incidents/$id' });
  const query = useAsk('incident', { params: { id } });
  return (
    <PageFrame title="Incident" {...(query.data === undefined ? {} : { lead: seenText(query.data.text) })}>
      <Asked query={query} lines={8}>
        {(incident) => <One incident={incident} />}
      </Asked>
    </PageFrame>
  );
}

function One({ incident }: { readonly incident: Incident }) {
  const { id, openedAt, openedBy, closedAt, closedBy, declared, did } = incident;
  const recovery = useAsk('recovery');
  const view = recovery.data;
  const stands = view?.incident?.id === id ? view : null;
  return (
    <div className={kit.wide}>
      <Facts
        facts={[
          ['Standing', <StandingTag key="standing" incident={incident} />],
          ['Opened', <By key="opened" at={openedAt} who={openedBy} />],
          closedAt === null ? null : ['Closed', <By key="closed" at={closedAt} who={closedBy ?? ''} />],
          declared < 2 ? null : ['Panics', `declared ${declared} times in it`],
          [
            'Id',
            <span key="id" className="mono">
              {id}
            </span>,
          ],
        ]}
      />
      {stands === null ? null : (
        <Section title="The way back" lead="Nothing runs before the last step.">
          <WayBack view={stands} incident={stands.incident ?? incident} />
        </Section>
      )}
      {stands === null ? null : <Runbook text={stands.runbook} />}
      {did.length === 0 ? null : (
        <Section title="What the panic did">
          <ul className={kit.stack}>
            {did.map((each) => (
              <li key={each.step}>{seenText(didWords(each))}</li>
            ))}
          </ul>
        </Section>
      )}
      <Report id={id} />
      <Notes incident={incident} held={stands !== null} />
    </div>
  );
}

const By = ({ at, who }: { readonly at: number; readonly who: string }) => (
  <>
    {exactText(at)} by <Who who={who} />
  </>
);

function Runbook({ text }: { readonly text: string | null }) {
  return (
    <Section title="Your runbook" lead="Whom to call and what to do, in your own words.">
      {text === null ? (
        <div className={kit.stack}>
          <p>Nobody wrote one yet.</p>
          <ShellLine command="castellan runbook edit" />
        </div>
      ) : (
        <Verbatim text={seenText(text)} label="Runbook" />
      )}
    </Section>
  );
}
