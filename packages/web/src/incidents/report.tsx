// What happened around an incident, out of the ledger: what is to be done first, then what it is told from. RULE: every text of it
// may be an agent's own; it is drawn as text, and what hides in it is shown.
import type { IncidentReport } from '@castellan/contract';
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Download } from 'lucide-react';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useAsk } from '../connection/use-ask.ts';
import { Asked } from '../kit/asked.tsx';
import { saveFile } from '../kit/download.ts';
import { Note } from '../kit/note.tsx';
import { OutcomeMark } from '../kit/outcome-mark.tsx';
import { Section } from '../kit/page-frame.tsx';
import kit from '../kit/rows.module.css';
import { ShowMore } from '../kit/show-more.tsx';
import { Tag } from '../kit/tag.tsx';
import { seenText } from '../kit/text-pieces.ts';
import { Ticked } from '../kit/ticked.tsx';
import { countText, exactText } from '../kit/time-text.ts';
import { bytesText } from '../kit/words.ts';
import css from './incidents.module.css';

export function Report({ id }: { readonly id: string }) {
  const query = useAsk('incidentReport', { params: { id } });
  return (
    <Section
      title="Report"
      lead="Out of the ledger, as it is now."
      actions={
        query.data === undefined ? null : (
          <Downloads id={id} report={query.data.report} markdown={query.data.markdown} />
        )
      }
    >
      <Asked query={query} lines={6}>
        {({ report }) => <Parts report={report} />}
      </Asked>
    </Section>
  );
}

function Downloads(of: { readonly id: string; readonly report: IncidentReport; readonly markdown: string }) {
  const icon = <Download size={16} aria-hidden />;
  return (
    <>
      <Button leftSection={icon} onClick={() => saveFile(`${of.id}.md`, 'text/markdown', [of.markdown])}>
        Markdown
      </Button>
      <Button
        leftSection={icon}
        onClick={() => saveFile(`${of.id}.json`, 'application/json', [JSON.stringify(of.report, null, 2)])}
      >
        JSON
      </Button>
    </>
  );
}

const CallLink = ({ call, children }: { readonly call: string; readonly children: ReactNode }) => (
  <Link to="/activity" search={{ call }}>
    {children}
  </Link>
);

function Parts({ report }: { readonly report: IncidentReport }) {
  const { todo, secrets, hosts, files, lasting, calls, refused, timeline, from, to, truncated } = report;
  return (
    <div className={kit.wide}>
      <p className={kit.note}>
        {exactText(from)} to {exactText(to)}
        {truncated ? ': what is older was left out, there is too much' : ''}
      </p>
      {todo.length === 0 ? (
        <Note kind="good" title="Nothing that is known is to be done" />
      ) : (
        <Note kind="warn" title="What is to be done">
          <ul className={css.list}>
            {todo.map((line) => (
              <li key={line}>
                <Ticked text={line} />
              </li>
            ))}
          </ul>
        </Note>
      )}
      <Lines title="Secrets that were used" none="None.">
        {secrets.map(({ name, times, by, hosts, rotated }) => (
          <li key={name} className={css.line}>
            <p className={kit.name}>
              <code>{name}</code>
              <Tag tone={rotated ? 'good' : 'bad'}>{rotated ? 'rotated' : 'rotate it'}</Tag>
            </p>
            <p className={kit.note}>
              {countText(times, 'time')}, by {by.map(seenText).join(', ')}
              {hosts.length === 0 ? '' : `, towards ${hosts.map(seenText).join(', ')}`}
            </p>
          </li>
        ))}
      </Lines>
      <Lines title="Hosts that were reached" none="None by a way out of Castellan.">
        {hosts.map(({ host, times, sentBytes, by }) => (
          <li key={host} className={css.line}>
            <p className="mono">{seenText(host)}</p>
            <p className={kit.note}>
              {countText(times, 'time')}, {sentBytes === null ? 'bytes not counted' : `${bytesText(sentBytes)} out`}, by{' '}
              {by.map(seenText).join(', ')}
            </p>
          </li>
        ))}
      </Lines>
      <Lines title="Files that were changed" none="None.">
        {files.map(({ path, effect, call, undo, putBack }) => (
          <li key={`${call} ${path}`} className={css.line}>
            <p className="mono">{seenText(path)}</p>
            <p className={kit.note}>
              {effect === 'write' ? 'written' : 'deleted'} by <CallLink call={call}>this call</CallLink>
              {putBack !== undefined
                ? ' · put back since'
                : undo === null
                  ? ''
                  : undo
                    ? ' · can be put back there'
                    : ' · cannot be put back'}
            </p>
          </li>
        ))}
      </Lines>
      <Lines title="What cannot be taken back" none="Nothing that is known.">
        {lasting.map(({ call, text }) => (
          <li key={`${call} ${text}`} className={css.line}>
            <p>
              <CallLink call={call}>{seenText(text)}</CallLink>
            </p>
          </li>
        ))}
      </Lines>
      <Lines title="Calls" none={`None ran. ${refused} were refused.`}>
        {calls.map(({ at, call, agent, tool, effects, outcome, decided, ended }) => (
          <li key={call} className={css.line}>
            <p className={kit.name}>
              <CallLink call={call}>{seenText(tool)}</CallLink>
              <OutcomeMark outcome={outcome} />
            </p>
            {effects.length === 0 ? null : <p>{effects.map(seenText).join(', ')}</p>}
            <p className={kit.note}>
              {exactText(at)} · {seenText(agent)} · {seenText(decided)} · {seenText(ended)}
            </p>
          </li>
        ))}
      </Lines>
      <Lines title="What people and programs did" none="Nothing.">
        {timeline.map(({ at, what, text }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines of one report never move
          <li key={index} className={css.line}>
            <p>
              <strong>{seenText(what)}</strong> {seenText(text)}
            </p>
            <p className={kit.note}>{exactText(at)}</p>
          </li>
        ))}
      </Lines>
    </div>
  );
}

const SHOWN = 10;

function Lines({
  title,
  none,
  children,
}: {
  readonly title: string;
  readonly none: string;
  readonly children: readonly ReactNode[];
}) {
  const [open, setOpen] = useState(false);
  const shown = open ? children : children.slice(0, SHOWN);
  return (
    <section className={kit.stack} aria-label={title}>
      <h3>{title}</h3>
      {children.length === 0 ? <p className="muted">{none}</p> : <ul className={kit.rows}>{shown}</ul>}
      {shown.length === children.length ? null : (
        <ShowMore onShow={() => setOpen(true)}>Show {children.length - shown.length} more</ShowMore>
      )}
    </section>
  );
}
