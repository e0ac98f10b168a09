// Agents: who is connected, who is frozen, and what is installed here and not connected yet.

import type { Agent } from '@castellan/contract';
import { Snowflake } from 'lucide-react';
import { useAsk, useChange } from '../../connection/use-ask.ts';
import { useNow } from '../../connection/use-now.ts';
import { Act } from '../../kit/act.tsx';
import { Asked } from '../../kit/asked.tsx';
import { Empty } from '../../kit/empty.tsx';
import { PageFrame } from '../../kit/page-frame.tsx';
import kit from '../../kit/rows.module.css';
import { Tag } from '../../kit/tag.tsx';
import { countText } from '../../kit/time-text.ts';
import { useConfirm } from '../../kit/use-confirm.tsx';
import { When } from '../../kit/when.tsx';
import { capital } from '../../kit/words.ts';
import { FoundAgents } from './found-agents.tsx';
import { agentGroups, KIND_WORDS, seenWords } from './model.ts';
import type { Standing } from './standing-model.ts';
import css from './standing-part.module.css';
import { StandingPart, VerifyNow } from './standing-part.tsx';

export function Page() {
  const query = useAsk('agents');
  // No live event tells of each check: while one runs it is asked again.
  const standings = useAsk('standings', undefined, {
    everyMs: 1000,
    until: (value) => value.standings.every(({ verification }) => verification?.state !== 'running'),
  });
  return (
    <PageFrame title="Agents" lead="Who may ask for calls. A frozen agent may ask, and nothing of it runs.">
      <Asked query={query} lines={4}>
        {({ agents }) => <List agents={agents} standings={standings.data?.standings ?? []} />}
      </Asked>
      <FoundAgents />
    </PageFrame>
  );
}

function List({ agents, standings }: { readonly agents: readonly Agent[]; readonly standings: readonly Standing[] }) {
  const { connected, gone } = agentGroups(agents);
  if (connected.length === 0)
    return (
      <Empty title="No agent is connected" command="castellan connect">
        <p>From then on everything it attempts comes here first, in every project of this machine.</p>
      </Empty>
    );
  return (
    <>
      <ul className={kit.rows} aria-label="Connected">
        {connected.map((agent) => (
          <OneAgent key={agent.id} agent={agent} standing={standings.find((each) => each.agent === agent.id)} />
        ))}
      </ul>
      {gone.length === 0 ? null : (
        <details className={kit.fold}>
          <summary>{countText(gone.length, 'agent')} disconnected before</summary>
          <ul className={kit.rows}>
            {gone.map((agent) => (
              <li key={agent.id} className={kit.row}>
                <p>{agent.name}</p>
                <p className={kit.note}>
                  disconnected <When at={agent.revokedAt ?? agent.createdAt} />
                </p>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function OneAgent({ agent, standing }: { readonly agent: Agent; readonly standing: Standing | undefined }) {
  const now = useNow();
  const { frozen, watched } = agent;
  return (
    <li className={kit.row} id={agent.id} tabIndex={-1}>
      <div className={kit.main}>
        <p className={kit.name}>
          {agent.name}
          <Tag>{standing?.connector == null ? KIND_WORDS[agent.kind] : standing.title}</Tag>
          {frozen === null ? null : (
            <Tag tone="warn" icon={Snowflake}>
              frozen
            </Tag>
          )}
        </p>
        {frozen === null ? null : (
          <p>
            {capital(frozen.why)} (<When at={frozen.at} />)
          </p>
        )}
        <p className={kit.note}>
          {seenWords(agent, now)} · connected <When at={agent.createdAt} />
        </p>
      </div>
      <Actions agent={agent} standing={standing} />
      <div className={css.below}>
        {standing === undefined || agent.kind === 'castellan' ? null : (
          <StandingPart standing={standing} agent={agent} />
        )}
        {watched.length === 0 ? null : (
          <details className={kit.fold}>
            <summary>{countText(watched.length, 'settings file')} watched</summary>
            <ul>
              {watched.map((path) => (
                <li key={path} className={`${kit.note} mono`}>
                  {path}
                </li>
              ))}
            </ul>
          </details>
        )}
      </div>
    </li>
  );
}

function Actions({ agent, standing }: { readonly agent: Agent; readonly standing: Standing | undefined }) {
  const freeze = useChange('freeze');
  const freezing = useConfirm(freeze);
  const thaw = useChange('thaw');
  const thawing = useConfirm(thaw);
  const disconnect = useChange('disconnect');
  const leaving = useConfirm(disconnect);
  const input = { params: { id: agent.id } };
  return (
    <div className={kit.actions}>
      {standing === undefined ? null : <VerifyNow standing={standing} agent={agent} />}
      {agent.frozen === null ? (
        <Act
          needs="agents:freeze"
          about={agent.name}
          onClick={() =>
            freezing.ask({
              title: `Freeze ${agent.name}?`,
              body: <p>Nothing it asks for runs until somebody thaws it. What waits for an answer is refused.</p>,
              yes: 'Freeze',
              input,
            })
          }
        >
          Freeze
        </Act>
      ) : (
        <Act
          needs="agents:thaw"
          about={agent.name}
          onClick={() =>
            thawing.ask({
              title: `Let ${agent.name} go on?`,
              body: (
                <>
                  <p>It was frozen: {agent.frozen?.why}.</p>
                  <p className="muted">Its calls are decided again as ever.</p>
                </>
              ),
              yes: 'Thaw',
              input,
            })
          }
        >
          Thaw
        </Act>
      )}
      {agent.kind === 'castellan' ? null : (
        <Act
          needs="agents:write"
          about={agent.name}
          onClick={() =>
            leaving.ask({
              title: `Disconnect ${agent.name}?`,
              body: (
                <>
                  <p>Its credential ends at once, and its calls are refused: they are no longer decided here.</p>
                  <p className="muted">
                    Its own settings still name Castellan. <code>castellan disconnect</code> puts them back as they
                    were.
                  </p>
                </>
              ),
              yes: 'Disconnect',
              danger: true,
              input,
            })
          }
        >
          Disconnect
        </Act>
      )}
      {freezing.dialog}
      {thawing.dialog}
      {leaving.dialog}
    </div>
  );
}
