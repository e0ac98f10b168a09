// Agents of this machine, each connected with one press after what would be changed was shown.
import type { ReactNode } from 'react';
import { useAsk, useMay } from '../../connection/use-ask.ts';
import { Empty } from '../../kit/empty.tsx';
import { FoundAgents } from '../agents/found-agents.tsx';
import css from './setup.module.css';

export function AgentsStep({ next }: { readonly next: ReactNode }) {
  const found = useAsk('foundAgents', undefined, { enabled: useMay('policy:write') });
  return (
    <>
      <p className={css.text}>
        A connected agent asks here before each call. What would be written into its settings is shown first, and a
        backup is kept.
      </p>
      {found.data?.found.length === 0 ? (
        <Empty title="No agent was found on this machine" command="castellan connect">
          <p>When one is installed, this connects it. Other agents ask over the local API.</p>
        </Empty>
      ) : (
        <FoundAgents />
      )}
      <div className={css.answers}>{next}</div>
    </>
  );
}
