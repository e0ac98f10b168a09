// Who did something, as records name them; an agent by the name a person gave it.
import { useAsk } from '../connection/use-ask.ts';
import { Who } from '../kit/who.tsx';

export function By({ who }: { readonly who: string }) {
  const agents = useAsk('agents').data?.agents;
  const [kind, id] = who.split(':', 2);
  const name = kind === 'agent' ? agents?.find((each) => each.id === id)?.name : undefined;
  return name === undefined ? <Who who={who} /> : <Who who={name} kind="agent" />;
}
