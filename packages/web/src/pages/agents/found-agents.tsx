// Agents that are installed on this machine: connected with one click, after what would be changed was shown.
import { useAsk, useChange, useMay } from '../../connection/use-ask.ts';
import { Act } from '../../kit/act.tsx';
import { ErrorNote } from '../../kit/error-note.tsx';
import { Verbatim } from '../../kit/facts.tsx';
import { Section } from '../../kit/page-frame.tsx';
import kit from '../../kit/rows.module.css';
import { Tag } from '../../kit/tag.tsx';
import { useConfirm } from '../../kit/use-confirm.tsx';
import { capital } from '../../kit/words.ts';
import { type Found, foundState } from './model.ts';

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
          <li key={one.kind} className={kit.row}>
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
        {state.kind === 'cannot' ? <p className={kit.note}>{capital(state.why)}</p> : null}
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
              input: { body: { kind: found.kind } },
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

function Changes({ found: { changes, name } }: { readonly found: Found }) {
  return (
    <>
      <p>
        Every call of {name} comes here first.{' '}
        {changes.length === 0 ? 'No file is changed.' : 'This is written, with a backup beside it:'}
      </p>
      {changes.map(({ path, text }) => (
        <figure key={path} className={kit.stack}>
          <figcaption className="mono">{path}</figcaption>
          <Verbatim text={text} label={path} />
        </figure>
      ))}
    </>
  );
}
