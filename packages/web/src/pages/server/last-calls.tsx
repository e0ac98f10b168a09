// The latest calls of a module, each a link to all that is known of it.
import type { ModuleView } from '@castellan/contract';
import { Link } from '@tanstack/react-router';
import { Section } from '../../kit/page-frame.tsx';
import kit from '../../kit/rows.module.css';
import { seenText } from '../../kit/text-pieces.ts';
import { When } from '../../kit/when.tsx';
import css from '../modules/servers.module.css';

export function LastCalls({ calls }: { readonly calls: ModuleView['lastCalls'] }) {
  return (
    <Section title="Last calls">
      {calls.length === 0 ? (
        <p className="muted">No agent has called it yet.</p>
      ) : (
        <ul className={`${kit.rows} ${css.calls}`}>
          {calls.map(({ call, tool, agentName, at, outcome, summary }) => (
            <li key={call}>
              <p>
                <Link to="/activity" search={{ call }}>
                  {seenText(summary === '' ? tool : summary)}
                </Link>
              </p>
              <p className={kit.note}>
                {outcome} · <span className="mono">{seenText(tool)}</span> · {seenText(agentName)} · <When at={at} />
              </p>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
