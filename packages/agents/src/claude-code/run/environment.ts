// What of the user's environment an agent gets (X4): contract's table, and what we say on top of it.
import { type ChildEnvironment, childEnvironment } from '@castellan/contract';

type Given = { readonly [name: string]: string | undefined };

export const agentEnvironment = (given: Given): ChildEnvironment => childEnvironment('agent', given);

/** With the broker: its address and a placeholder, and of the providers nothing (X5). Not ANTHROPIC_API_KEY: a person is
 * asked about that one each time it changes. */
export const brokerEnvironment = (
  given: Given,
  { port, upstream, key }: { readonly port: number; readonly upstream: string; readonly key: string },
): ChildEnvironment =>
  childEnvironment('plain', given, {
    ANTHROPIC_BASE_URL: `http://127.0.0.1:${port}/model/${upstream}`,
    ANTHROPIC_AUTH_TOKEN: key,
  });
