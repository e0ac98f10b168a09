// The addresses of remotes. One may hold a token (`https://token@host/x.git`), and only the configuration knows.
import { addDoes, type Words } from './does.ts';

export function addAddresses(words: Words): void {
  const { invocation, state } = words;
  const { facts, workspace } = invocation.run;
  const bare = state.cwds?.every((cwd) => facts.addressesAreBare(facts.resolvePath('.', { cwd, workspace }).path));
  if (bare !== true) addDoes('read? credentials addresses of remotes', words);
}
