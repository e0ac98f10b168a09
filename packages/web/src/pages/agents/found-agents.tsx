// Agents that are installed on this machine: connected with one click, after what would be changed was shown.
import { useAsk, useChange, useMay } from '../../connection/use-ask.ts';
import { Act } from '../../kit/act.tsx';
import { DiffLines } from '../../kit/diff-view.tsx';
import { ErrorNote } from '../../kit/error-note.tsx';
import { Section } from '../../kit/page-frame.tsx';
import { Prose } from '../../kit/prose.tsx';
import kit from '../../kit/rows.module.css';
import { Tag } from '../../kit/tag.tsx';
import { useConfirm } from '../../kit/use-confirm.tsx';
import { type Found, foundState } from './model.ts';
import { Gaps } from './standing-part.tsx';

export function FoundAgents() {
  // What is installed on this machine is shown to whoever may connect it.
  const may = useMay('policy:write');
  const query = useAsk('foundAgents', undefined, { enabled: may });
  if (!may) return null;
  if (query.error !== null)
    return (
      <Section title="Found on this machine">
        <ErrorNote error={query.error} />
      </Section>
    );
  const found = query.data?.found ?? [];
  if (found.length === 0) return null;
  return (
    <Section title="Found on this machine">
      <ul className={kit.rows}>
        {found.map((one) => (
          <li key={one.connector} className={kit.row}>
            <OneFound found={one} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function OneFound({ found }: { readonly found: Found }) {
  const connect = useChange('connectFound');
  const { ask, dialog } = useConfirm(connect);
  const state = foundState(found);
  return (
    <>
      <div className={kit.main}>
        <p className={kit.name}>
          {found.name}
          {found.version === null ? null : <Tag>{found.version}</Tag>}
        </p>
        {state.kind === 'cannot' ? (
          <p className={kit.note}>
            <Prose text={state.why} />
          </p>
        ) : null}
      </div>
      {state.kind === 'connected' ? <Tag tone="good">connected</Tag> : null}
      {state.kind === 'ready' ? (
        <Act
          needs="policy:write"
          variant="filled"
          about={found.name}
          onClick={() =>
            ask({
              title: `Connect ${found.name}?`,
              body: <Changes found={found} />,
              yes: 'Connect',
              input: { body: { connector: found.connector } },
            })
          }
        >
          Connect
        </Act>
      ) : null}
      {dialog}
    </>
  );
}

const SCOPES = {
  user: 'in every project of yours',
  project: 'in one folder',
  isolated: 'only where it is started by run',
  managed: 'on the whole machine',
};

function Changes({ found: { changes, name, mode, scope, warnings, gaps } }: { readonly found: Found }) {
  return (
    <div className={kit.stack}>
      <p>
        {mode === 'hooks'
          ? `Every call of ${name} comes here first, ${SCOPES[scope]}.`
          : `${name} gets the tools behind the gate, ${SCOPES[scope]}. What it does with tools of its own stays its own.`}{' '}
        {changes.length === 0 ? 'No file is changed.' : 'This is written, and kept as it was for the way back:'}
      </p>
      {changes.map(({ path, text }) => (
        <figure key={path} className={kit.stack}>
          <figcaption className="mono">{path}</figcaption>
          <DiffLines lines={text.split('\n')} label={`Changes of ${path}`} />
        </figure>
      ))}
      {warnings.map((text) => (
        <p key={text} className={kit.note}>
          <Prose text={text} />
        </p>
      ))}
      <Gaps gaps={gaps} />
    </div>
  );
}
