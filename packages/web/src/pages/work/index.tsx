// Open work: what the user asked for, who works on it, how much of the budget is used, and what is held.

import type { TaskId } from '@castellan/contract';
import { Link } from '@tanstack/react-router';
import { CirclePause, OctagonX } from 'lucide-react';
import { useState } from 'react';
import { useAsk, useChange, useMay } from '../../connection/use-ask.ts';
import { useNow } from '../../connection/use-now.ts';
import { Act } from '../../kit/act.tsx';
import { Asked } from '../../kit/asked.tsx';
import { Empty } from '../../kit/empty.tsx';
import { ErrorNote } from '../../kit/error-note.tsx';
import { PageFrame } from '../../kit/page-frame.tsx';
import kit from '../../kit/rows.module.css';
import { Sheet } from '../../kit/sheet.tsx';
import { Skeleton } from '../../kit/skeleton.tsx';
import { Tag } from '../../kit/tag.tsx';
import { seenText } from '../../kit/text-pieces.ts';
import { countText } from '../../kit/time-text.ts';
import { useConfirm } from '../../kit/use-confirm.tsx';
import { When } from '../../kit/when.tsx';
import { capital } from '../../kit/words.ts';
import { Undo } from '../../undo/undo.tsx';
import { type SessionRow, type TaskRow, taskRows, type Use } from './model.ts';
import css from './work.module.css';

export function Page() {
  const status = useAsk('status');
  const limits = useAsk('limits', undefined, { everyMs: 15_000 });
  const terminals = useAsk('terminals');
  const now = useNow();
  return (
    <PageFrame title="Tasks" lead="What agents work on now, and how much of what they may do is used.">
      <Asked query={status} lines={5}>
        {(open) => {
          if (limits.data === undefined)
            return limits.error === null ? <Skeleton lines={4} /> : <ErrorNote error={limits.error} />;
          const rows = taskRows(open, limits.data, terminals.data?.terminals ?? [], now);
          return rows.length === 0 ? <Nothing connected={open.agents.length > 0} /> : <Tasks rows={rows} />;
        }}
      </Asked>
    </PageFrame>
  );
}

function Nothing({ connected }: { readonly connected: boolean }) {
  return (
    <Empty
      title="Nobody works on anything"
      command={connected ? 'castellan run claude-code' : 'castellan connect claude-code'}
    >
      <p>
        {connected
          ? 'A task stands here from the first call of a session to its end. Started like this, its terminal can be watched here too.'
          : 'Connect an agent first: from then on every session stands here.'}
      </p>
    </Empty>
  );
}

/** Only where something of the task is kept. */
function UndoTask({ task, onUndo }: { readonly task: TaskRow['task']; readonly onUndo: () => void }) {
  const may = useMay('undo:read');
  const { data } = useAsk('undoables', { query: { task: task.id, limit: 1 } }, { enabled: may });
  return data === undefined || data.calls.length === 0 ? null : (
    <Act needs="undo:read" about={task.title} onClick={onUndo}>
      Undo
    </Act>
  );
}

function Tasks({ rows }: { readonly rows: readonly TaskRow[] }) {
  const resume = useChange('resume');
  const { ask, dialog } = useConfirm(resume);
  const [undoing, setUndoing] = useState<TaskId | null>(null);
  return (
    <>
      <ul className={kit.wide}>
        {rows.map(({ task, agentName, sessions, tokens }) => (
          <li key={task.id} className={css.task}>
            <header className={css.head}>
              <div className={css.title}>
                <h2>{task.title === '' ? 'Untitled task' : seenText(task.title)}</h2>
                <UndoTask task={task} onUndo={() => setUndoing(task.id)} />
              </div>
              <p className={kit.note}>
                {agentName} · begun <When at={task.createdAt} />
                {tokens === null || tokens === 0 ? '' : ` · ${countText(tokens, 'token')} asked of models`}
              </p>
            </header>
            {sessions.length === 0 ? <p className={css.none}>No session is open.</p> : null}
            <ul>
              {sessions.map((row) => (
                <li key={row.session.id} className={css.session}>
                  <OneSession row={row} />
                  <div className={kit.actions}>
                    {row.terminal === null ? null : (
                      <Link to="/terminals" search={{ open: row.terminal.id }} className={css.link}>
                        Terminal
                      </Link>
                    )}
                    {row.limits === null || row.limits.held === 'free' ? null : (
                      <Act
                        needs="limits:resume"
                        variant="filled"
                        about={task.title}
                        onClick={() =>
                          ask({
                            title: 'Let it go on?',
                            body: (
                              <>
                                <p>{capital(row.limits?.why ?? '')}</p>
                                <p className="muted">The session may call again, and its budgets begin from nothing.</p>
                              </>
                            ),
                            yes: 'Resume',
                            input: { params: { id: row.session.id } },
                          })
                        }
                      >
                        Resume
                      </Act>
                    )}
                  </div>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
      {dialog}
      <Sheet opened={undoing !== null} onClose={() => setUndoing(null)} title="Undo a task" wide>
        {undoing === null ? null : <Undo of={undoing} />}
      </Sheet>
    </>
  );
}

function OneSession({ row: { session, limits, turn, total } }: { readonly row: SessionRow }) {
  const held = limits?.held ?? 'free';
  return (
    <div className={kit.main}>
      <p className={kit.name}>
        <span className="mono">{session.workspace}</span>
        {held === 'free' ? null : (
          <Tag tone={held === 'paused' ? 'warn' : 'bad'} icon={held === 'paused' ? CirclePause : OctagonX}>
            {held}
          </Tag>
        )}
      </p>
      <p className={kit.note}>
        {session.interactive ? 'somebody sits at its terminal' : 'nobody sits at its terminal'} · last call{' '}
        <When at={session.lastSeenAt} />
      </p>
      {held === 'free' ? null : <p>{capital(limits?.why ?? '')}</p>}
      {turn.length === 0 ? null : (
        <dl className={css.budgets}>
          <Budget title="This turn" uses={turn} />
          <Budget title="This task" uses={total} />
        </dl>
      )}
    </div>
  );
}

const NEARLY = 0.8;

function Budget({ title, uses }: { readonly title: string; readonly uses: readonly Use[] }) {
  return (
    <div>
      <dt>{title}</dt>
      {uses.map(({ of, text, share }) => (
        <dd key={of}>
          <span className="numbers">{text}</span>
          {share === null ? null : (
            <span className={kit.meter} data-full={share >= NEARLY} aria-hidden>
              <span style={{ width: `${Math.round(share * 100)}%` }} />
            </span>
          )}
        </dd>
      ))}
    </div>
  );
}
