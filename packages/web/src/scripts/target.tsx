// What a schedule starts.
import type { Schedule } from '@castellan/contract';
import { Link } from '@tanstack/react-router';
import { useAsk } from '../connection/use-ask.ts';
import { seenText } from '../kit/text-pieces.ts';
import { shortDigest } from './model.ts';

export function Target({ target }: { readonly target: Schedule['target'] }) {
  const agents = useAsk('agents').data?.agents;
  switch (target.kind) {
    case 'script':
      return (
        <>
          the script{' '}
          <Link to="/scripts/$name" params={{ name: target.script }} className="mono">
            {target.script}
          </Link>
          {target.digest === undefined ? '' : `, always ${shortDigest(target.digest)}`}
        </>
      );
    case 'agent':
      return <>a task for {seenText(agents?.find(({ id }) => id === target.agent)?.name ?? 'an agent that is gone')}</>;
  }
}
