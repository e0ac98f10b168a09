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
import { Who } from '../../kit/who.tsx';
import { bounds, END_WORDS, endOf, grantGroups, scopeWords, usesWords } from './model.ts';

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
  const { inForce, ended } = grantGroups(grants, now);
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
  if (grants.length === 0)
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
      {inForce.length === 0 ? <p className="muted">None is in force.</p> : null}
      {inForce.length === 0 ? null : (
        <ul className={kit.rows} aria-label="In force">
          {inForce.map((grant) => (
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
      {ended.length === 0 ? null : (
        <details className={kit.fold}>
          <summary>{countText(ended.length, 'grant')} that ended</summary>
          <ul className={kit.rows}>
            {ended.map((grant) => (
              <li key={grant.id} className={kit.row}>
                <div className={kit.main}>
                  <p>{grant.text}</p>
                  <p className={kit.note}>
                    {agents.get(grant.agent) ?? grant.agent} · made {agoText(grant.createdAt, now)} by{' '}
                    <Who who={grant.createdBy} />
                  </p>
                </div>
                <Tag>{END_WORDS[endOf(grant, now) ?? 'expired']}</Tag>
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
