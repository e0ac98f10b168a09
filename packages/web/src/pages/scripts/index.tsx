// Scripts: what waits for a review, what may run, what may not. RULE: what a script calls itself and says of itself is text.
import type { ScriptSummary } from '@castellan/contract';
import { Button } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useAsk, useMay } from '../../connection/use-ask.ts';
import { Asked } from '../../kit/asked.tsx';
import { Empty } from '../../kit/empty.tsx';
import { PageFrame } from '../../kit/page-frame.tsx';
import kit from '../../kit/rows.module.css';
import { SearchBox } from '../../kit/search-box.tsx';
import { seenText } from '../../kit/text-pieces.ts';
import { When } from '../../kit/when.tsx';
import { matches } from '../../kit/words.ts';
import { By } from '../../scripts/by.tsx';
import { outcomeOf, scriptGroups, todayWords, versionPlace } from '../../scripts/model.ts';
import css from '../../scripts/scripts.module.css';
import { VersionTag } from '../../scripts/state-tag.tsx';

const MANY = 8;

export function Page() {
  const query = useAsk('scripts');
  const navigate = useNavigate();
  const may = useMay('scripts:propose');
  return (
    <PageFrame
      title="Scripts"
      lead="Small programs that agents write and a person reads before they run. What is approved is the exact text, with what it may do."
      actions={
        may ? (
          <Button variant="filled" onClick={() => void navigate({ to: '/propose' })}>
            Write a script
          </Button>
        ) : undefined
      }
    >
      <Asked query={query} lines={6}>
        {({ scripts }) => <Groups scripts={scripts} />}
      </Asked>
    </PageFrame>
  );
}

function Groups({ scripts }: { readonly scripts: readonly ScriptSummary[] }) {
  const [text, setText] = useState('');
  if (scripts.length === 0)
    return (
      <Empty title="No scripts yet" command="castellan scripts propose hello hello.star">
        <p>
          An agent proposes one with its tool <code>script_propose</code>; write one here, or in the terminal. Nothing
          of it runs before a person has read and approved it.
        </p>
      </Empty>
    );
  const found = scripts.filter(
    ({ name, description }) => text.trim() === '' || matches(text.trim(), name, description),
  );
  const { waiting, approved, off } = scriptGroups(found);
  return (
    <div className={kit.wide}>
      {scripts.length < MANY ? null : <SearchBox label="Find a script" value={text} onChange={setText} />}
      <div>
        <Group title="Waiting for review" scripts={waiting} />
        <Group title="Approved" scripts={approved} />
        <Group title="Not running" scripts={off} />
      </div>
      {found.length === 0 ? <p className="muted">No script is called that.</p> : null}
    </div>
  );
}

function Group({ title, scripts }: { readonly title: string; readonly scripts: readonly ScriptSummary[] }) {
  if (scripts.length === 0) return null;
  return (
    <section className={css.group} aria-label={title}>
      <h2>{title}</h2>
      <ul className={kit.rows}>
        {scripts.map((script) => (
          <One key={script.name} script={script} />
        ))}
      </ul>
    </section>
  );
}

function One({ script }: { readonly script: ScriptSummary }) {
  const { name, description, approved, pending, latest, lastRun, today } = script;
  const navigate = useNavigate();
  const [newest] = pending;
  return (
    <li className={kit.row} id={name}>
      <div className={kit.main}>
        <p className={kit.name}>
          <Link to="/scripts/$name" params={{ name }} className="mono">
            {name}
          </Link>
          {newest === undefined ? null : <VersionTag state={newest.state} number={newest.number} />}
          {approved === null ? null : <VersionTag state={approved.state} number={approved.number} />}
          {newest === undefined && approved === null ? <VersionTag state={latest.state} /> : null}
        </p>
        {description === '' ? null : <p>{seenText(description)}</p>}
        {newest === undefined ? null : (
          <p className={kit.note}>
            Proposed by <By who={newest.author} />, <When at={newest.proposedAt} />
            {newest.note === '' ? '' : `: ${seenText(newest.note)}`}
          </p>
        )}
        <p className={kit.note}>
          {lastRun === null ? (
            'never run'
          ) : (
            <>
              last run {outcomeOf(lastRun.outcome).word}, <When at={lastRun.startedAt} /> · {todayWords(today)}
            </>
          )}
        </p>
      </div>
      {newest === undefined ? null : (
        <div className={kit.actions}>
          <Button
            variant="filled"
            onClick={() =>
              void navigate({ to: '/scripts/$name/versions/$digest', params: versionPlace(name, newest.digest) })
            }
          >
            Review<span className="sr-only"> {name}</span>
          </Button>
        </div>
      )}
    </li>
  );
}
