// An inbox with nothing in it says why that is fine, and what would bring something here.
import { Link } from '@tanstack/react-router';
import { useAsk } from '../../connection/use-ask.ts';
import { Empty } from '../../kit/empty.tsx';
import { Kbd } from '../../kit/kbd.tsx';
import css from './nothing-waits.module.css';

export function NothingWaits() {
  const agents = useAsk('agents').data?.agents.filter(
    ({ kind, revokedAt }) => revokedAt === null && kind !== 'castellan',
  );
  return (
    <div className={css.side}>
      {agents?.length === 0 ? (
        <Empty title="No agent is connected yet" command="castellan connect claude-code">
          <p>What an agent asks for appears here, and waits for your answer.</p>
        </Empty>
      ) : (
        <Empty title="Nothing waits for you">
          <p>When a call needs a person, it appears here, and on whatever you are reached by.</p>
          <p>
            <Link to="/settings">How you are reached</Link> · <Link to="/activity">What ran without asking</Link>
          </p>
        </Empty>
      )}
    </div>
  );
}

export function NoCard({ missing }: { readonly missing: boolean }) {
  return (
    <div className={css.card}>
      <p>
        {missing ? 'There is no such approval any more. Activity has what became of it.' : 'What waits is shown here.'}
      </p>
      <p className={css.keys}>
        <Kbd>j</Kbd> <Kbd>k</Kbd> move · <Kbd>?</Kbd> all keys
      </p>
    </div>
  );
}
