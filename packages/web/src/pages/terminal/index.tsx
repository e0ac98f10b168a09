// Terminals of sessions that `castellan run` started: the list, and the one that is open.
import { type Terminal, terminalIdSchema } from '@castellan/contract';
import { Link, useSearch } from '@tanstack/react-router';
import { ArrowLeft, ChevronRight } from 'lucide-react';
import { useAsk } from '../../connection/use-ask.ts';
import { Asked } from '../../kit/asked.tsx';
import { Empty } from '../../kit/empty.tsx';
import { PageFrame } from '../../kit/page-frame.tsx';
import kit from '../../kit/rows.module.css';
import { Tag } from '../../kit/tag.tsx';
import { countText } from '../../kit/time-text.ts';
import { When } from '../../kit/when.tsx';
import { OneTerminal } from './one-terminal.tsx';
import { terminalsInOrder } from './screen.ts';
import css from './terminal.module.css';

export function Page() {
  const { open } = useSearch({ from: '/shell/terminals' });
  const query = useAsk('terminals');
  const id = terminalIdSchema.safeParse(open);
  if (id.success) {
    const terminal = query.data?.terminals.find((each) => each.id === id.data);
    return (
      <PageFrame
        title={terminal?.title ?? 'Terminal'}
        wide
        actions={
          <Link to="/terminals" className={css.back}>
            <ArrowLeft size={16} aria-hidden /> All terminals
          </Link>
        }
      >
        <OneTerminal key={id.data} id={id.data} />
      </PageFrame>
    );
  }
  return (
    <PageFrame
      title="Terminals"
      lead="Sessions that castellan run started, as they happen. Every stretch of typing is recorded, with who and how much."
    >
      <Asked query={query} lines={3}>
        {({ terminals }) => <List terminals={terminalsInOrder(terminals)} />}
      </Asked>
    </PageFrame>
  );
}

function List({ terminals }: { readonly terminals: readonly Terminal[] }) {
  if (terminals.length === 0)
    return (
      <Empty title="No terminal is open" command="castellan run claude-code">
        <p>An agent that is started like this can be watched here, and its own questions answered from anywhere.</p>
      </Empty>
    );
  return (
    <ul className={kit.rows}>
      {terminals.map(({ id, title, agentName, startedAt, endedAt, exitCode, watchers }) => (
        <li key={id}>
          <Link to="/terminals" search={{ open: id }} className={css.row}>
            <span className={kit.main}>
              <span className={kit.name}>
                {title}
                {endedAt === null ? (
                  <Tag tone="good">open</Tag>
                ) : (
                  <Tag>ended{exitCode === null ? '' : ` (${exitCode})`}</Tag>
                )}
              </span>
              <span className={kit.note}>
                {agentName} · begun <When at={startedAt} />
                {watchers.length === 0 ? '' : ` · ${countText(watchers.length, 'person watches', 'people watch')}`}
              </span>
            </span>
            <ChevronRight size={18} aria-hidden />
          </Link>
        </li>
      ))}
    </ul>
  );
}
