// The MCP servers behind the gate, one line each: how it stands and why. RULE: what a server calls itself is text.
import type { ModuleSummary } from '@castellan/contract';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useAsk } from '../../connection/use-ask.ts';
import { Act } from '../../kit/act.tsx';
import { Asked } from '../../kit/asked.tsx';
import { Empty } from '../../kit/empty.tsx';
import { Section } from '../../kit/page-frame.tsx';
import { Prose } from '../../kit/prose.tsx';
import kit from '../../kit/rows.module.css';
import { Sheet } from '../../kit/sheet.tsx';
import { seenText } from '../../kit/text-pieces.ts';
import { countText } from '../../kit/time-text.ts';
import { AddServer } from './add-server.tsx';
import { ServerMarks } from './server-mark.tsx';
import { serversInOrder, whyHere } from './server-model.ts';

export function Servers() {
  // Whether each runs is told by no event.
  const query = useAsk('modules', undefined, { everyMs: 15_000 });
  const [adding, setAdding] = useState(false);
  return (
    <Section
      title="Servers"
      lead="MCP servers that agents reach through here. Each offers what a person accepted of it, and nothing else."
      actions={
        <Act needs="modules:write" variant="filled" onClick={() => setAdding(true)}>
          Add a server
        </Act>
      }
    >
      <Asked query={query} lines={3}>
        {({ modules }) => <List servers={serversInOrder(modules)} />}
      </Asked>
      <Sheet opened={adding} onClose={() => setAdding(false)} title="Add a server" wide>
        {adding ? <AddServer /> : null}
      </Sheet>
    </Section>
  );
}

function List({ servers }: { readonly servers: readonly ModuleSummary[] }) {
  if (servers.length === 0)
    return (
      <Empty title="No server is behind the gate" command="castellan modules import">
        <p>
          This finds the servers that your clients start by themselves, and moves each behind the gate: from then on
          every call of them is decided and recorded here. One client&apos;s file at a time, with a way back.
        </p>
      </Empty>
    );
  return (
    <ul className={kit.rows} aria-label="Servers">
      {servers.map((server) => (
        <li key={server.name} className={kit.row}>
          <div className={kit.main}>
            <p className={kit.name}>
              <Link to="/modules/$name" params={{ name: server.name }}>
                {seenText(server.title)}
              </Link>
              <ServerMarks server={server} />
            </p>
            {server.why === null ? null : (
              <p>
                <Prose text={whyHere(server.why)} />
              </p>
            )}
            <p className={kit.note}>
              <span className="mono">{server.name}</span> · {countText(server.tools, 'tool')} ·{' '}
              {server.kind === 'mcp-http' ? 'at an address' : 'a program here'}
            </p>
          </div>
        </li>
      ))}
    </ul>
  );
}
