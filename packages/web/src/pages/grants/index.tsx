// Grants: every permission a person gave for later, until when, and how to take it back.
import type { Grant } from '@castellan/contract';
import { useMemo } from 'react';
import { useAsk, useChange } from '../../connection/use-ask.ts';
import { useNow } from '../../connection/use-now.ts';
import { Act } from '../../kit/act.tsx';
import { Asked } from '../../kit/asked.tsx';
import { Empty } from '../../kit/empty.tsx';
import { PageFrame } from '../../kit/page-frame.tsx';
import kit from '../../kit/rows.module.css';
import { Tag } from '../../kit/tag.tsx';
import { agoText, countText, exactText } from '../../kit/time-text.ts';
import { useConfirm } from '../../kit/use-confirm.tsx';
import { useGoToHash } from '../../kit/use-hash.ts';
import { When } from '../../kit/when.tsx';
import { Who } from '../../kit/who.tsx';
import { bounds, ended, inForce, scopeWords, usesWords } from './model.ts';

export function Page() {
  const query = useAsk('grants');
  return (
    <PageFrame
      title="Grants"
      lead="Permissions for calls to come. Each one ends, and none covers what a Critical or Strict rule objects to."
    >
      <Asked query={query} lines={4}>
        {({ grants }) => <List grants={grants} />}
      </Asked>
    </PageFrame>
  );
}

function List({ grants }: { readonly grants: readonly Grant[] }) {
  const now = useNow();
  const holding = inForce(grants, now);
  const ledger = useAsk('ledger', { query: { q: 'kind:grant', limit: 200 } });
  const over = ended(ledger.data?.records ?? []);
  const { data } = useAsk('status');
  const agents = useMemo(() => new Map(data?.agents.map(({ id, name }) => [id, name])), [data]);
  const tasks = useMemo(() => new Map<string, string>(data?.tasks.map(({ id, title }) => [id, title])), [data]);
  useGoToHash(true);
  const revoke = useChange('revokeGrant');
  const { ask, dialog } = useConfirm(revoke);
  const question = (grant: Grant) => ({
    title: 'Revoke this grant?',
    body: (
      <>
        <p>{grant.text}</p>
        <p className="muted">
          It ends at once and does not come back. What runs now goes on; the next call is asked about again.
        </p>
      </>
    ),
    yes: 'Revoke',
    danger: true,
    input: { params: { id: grant.id } },
  });
  if (holding.length === 0 && over.length === 0)
    return (
      <Empty title="No grants">
        <p>
          When you approve a call in the inbox you can allow more of the same: for this task, for half an hour, for one
          folder or recipient. Each one stands here until it ends.
        </p>
      </Empty>
    );
  return (
    <>
      {holding.length === 0 ? <p className="muted">None is in force.</p> : null}
      {holding.length === 0 ? null : (
        <ul className={kit.rows} aria-label="In force">
          {holding.map((grant) => (
            <li key={grant.id} id={grant.id} tabIndex={-1} className={kit.row}>
              <div className={kit.main}>
                <p>
                  <strong>{grant.text}</strong>
                </p>
                <p className={kit.note}>
                  {agents.get(grant.agent) ?? grant.agent} · {scopeWords(grant.scope, tasks)} ·{' '}
                  {usesWords(grant.usesLeft)}
                </p>
                <p className={kit.note}>
                  <span title={exactText(grant.expiresAt)}>ends {agoText(grant.expiresAt, now)}</span> · made{' '}
                  {agoText(grant.createdAt, now)} by <Who who={grant.createdBy} />
                </p>
                <Bounds grant={grant} />
              </div>
              <Act needs="grants:write" about={grant.text} onClick={() => ask(question(grant))}>
                Revoke
              </Act>
            </li>
          ))}
        </ul>
      )}
      {over.length === 0 ? null : (
        <details className={kit.fold}>
          <summary>{countText(over.length, 'grant')} that ended</summary>
          <ul className={kit.rows}>
            {over.map(({ id, at, how, by, text }) => (
              <li key={`${id} ${how}`} className={kit.row}>
                <div className={kit.main}>
                  <p>{text}</p>
                  <p className={kit.note}>
                    <When at={at} />
                    {how === 'revoked' ? (
                      <>
                        {' '}
                        by <Who who={by} />
                      </>
                    ) : null}
                  </p>
                </div>
                <Tag>{how}</Tag>
              </li>
            ))}
          </ul>
        </details>
      )}
      {dialog}
    </>
  );
}

function Bounds({ grant }: { readonly grant: Grant }) {
  const lines = bounds(grant);
  if (lines.length === 0) return null;
  return (
    <details className={kit.fold}>
      <summary>Exactly what it covers</summary>
      <ul>
        {lines.map((line) => (
          <li key={line} className={`${kit.note} mono`}>
            {line}
          </li>
        ))}
      </ul>
    </details>
  );
}
