// Everything a server offers, by kind: how each is sorted, what a call of it gets, what was found in what it says.
import type { ModuleView } from '@castellan/contract';
import { Button } from '@mantine/core';
import { ShieldAlert } from 'lucide-react';
import { useState } from 'react';
import { Empty } from '../../kit/empty.tsx';
import { ForeignText } from '../../kit/foreign-text.tsx';
import { Section } from '../../kit/page-frame.tsx';
import kit from '../../kit/rows.module.css';
import { SearchBox } from '../../kit/search-box.tsx';
import { Tag } from '../../kit/tag.tsx';
import { seenText } from '../../kit/text-pieces.ts';
import { matches } from '../../kit/words.ts';
import { Findings } from '../modules/findings.tsx';
import { KIND_MEANS, KIND_WORDS, type Module, type ToolRow, toolRows, unsortedRow } from '../modules/model.ts';
import { kindsOf } from '../modules/offer-model.ts';
import css from '../modules/servers.module.css';
import { ToolLevel } from '../modules/tool-level.tsx';
import type { AskChange } from '../modules/use-policy-change.tsx';

type OneOffered = ModuleView['offered'][number];
const MANY = 12;
const SHOWN = 60;

export interface OfferedProps {
  readonly view: ModuleView;
  readonly module: Module | undefined;
  readonly deny: readonly string[];
  readonly ask: AskChange;
}

export function Offered({ view, module, deny, ask }: OfferedProps) {
  const [text, setText] = useState('');
  const rows = new Map((module === undefined ? [] : rowsOf(module, view, deny)).map((row) => [row.name, row]));
  const found = view.offered.filter(
    ({ name, title, description }) => text.trim() === '' || matches(text.trim(), name, title, description),
  );
  // A colon stands in no name of MCP: these are what it may be asked, or may ask, beside its own tools.
  const beside = [...rows.values()].filter(({ name }) => name.startsWith('mcp:'));
  if (view.offered.length === 0)
    return (
      <Section title="What it offers">
        <Empty title={view.lock === null ? 'Nobody has looked at what it offers' : 'It offers nothing'} />
      </Section>
    );
  return (
    <>
      {view.offered.length <= MANY ? null : <SearchBox label="Find what it offers" value={text} onChange={setText} />}
      {kindsOf(found).map(({ kind, title, all }) => (
        <Group key={kind} title={title} module={view.name} all={all} rows={rows} ask={ask} />
      ))}
      {found.length === 0 ? <p className="muted">Nothing here is called that.</p> : null}
      {beside.length === 0 ? null : (
        <Section
          title="Beside its tools"
          lead="Reading its resources and prompts, and what the server may ask of the client. Each is a call like any other."
        >
          <ul className={kit.rows}>
            {beside.map((row) => (
              <li key={row.name} className={css.offered}>
                <p>{row.label}</p>
                <div className={css.control}>
                  <ToolLevel row={row} ask={ask} />
                </div>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}

/** Every tool has a level, whether or not the manifest sorts it. */
function rowsOf(module: Module, { offered }: ModuleView, deny: readonly string[]): readonly ToolRow[] {
  const sorted = toolRows(module, deny);
  const named = new Set(sorted.map(({ name }) => name));
  const rest = offered.filter(({ kind, name }) => kind === 'tool' && !named.has(name));
  return [...sorted, ...rest.map(({ name }) => unsortedRow(module, name, deny))];
}

function Group({
  title,
  module,
  all,
  rows,
  ask,
}: {
  readonly title: string;
  readonly module: string;
  readonly all: readonly OneOffered[];
  readonly rows: ReadonlyMap<string, ToolRow>;
  readonly ask: AskChange;
}) {
  const [open, setOpen] = useState(false);
  const shown = open ? all : all.slice(0, SHOWN);
  const named = all.some(({ name, shownAs }) => shownAs !== name);
  return (
    <Section title={`${title} (${all.length})`} {...(named ? { lead: <NamesLead module={module} /> } : {})}>
      <ul className={kit.rows} aria-label={title}>
        {shown.map((each) => (
          <li key={each.name} className={css.offered}>
            <One one={each} module={module} row={each.kind === 'tool' ? rows.get(each.name) : undefined} ask={ask} />
          </li>
        ))}
      </ul>
      {shown.length === all.length ? null : (
        <Button onClick={() => setOpen(true)}>Show {all.length - shown.length} more</Button>
      )}
    </Section>
  );
}

const NamesLead = ({ module }: { readonly module: string }) => (
  <>
    Agents see each as <span className="mono">{module}__</span> and its name.
  </>
);

function One({
  one,
  module,
  row,
  ask,
}: {
  readonly one: OneOffered;
  readonly module: string;
  readonly row: ToolRow | undefined;
  readonly ask: AskChange;
}) {
  const { name, title, description, shownAs, kind, state, findings } = one;
  return (
    <>
      <p className={kit.name}>
        <span className="mono">{seenText(name)}</span>
        {title === '' || title === name ? null : <span>{seenText(title)}</span>}
        {state === 'accepted' ? null : (
          <Tag tone="warn" icon={ShieldAlert}>
            held back
          </Tag>
        )}
        {kind !== 'tool' ? null : (
          <span title={KIND_MEANS[one.class ?? 'unsorted']}>
            <Tag>{KIND_WORDS[one.class ?? 'unsorted']}</Tag>
          </span>
        )}
      </p>
      {description === '' ? null : <ForeignText text={description} />}
      <Findings findings={findings} />
      {shownAs === name || shownAs === `${module}__${name}` ? null : (
        <p className={kit.note}>
          agents call it <span className="mono">{seenText(shownAs)}</span>
        </p>
      )}
      {row === undefined ? null : (
        <div className={css.control}>
          <ToolLevel row={row} ask={ask} />
        </div>
      )}
    </>
  );
}
