// Code of the project that a grant may name: `npm test`. RULE: the name must be the whole of what is written. What is named
// alike in another folder (`cd api && npm test`, `go -C api test`), after a setting or under another program is other code, and
// a name that was cut short is no name.
import type { Call, Effect } from '@castellan/contract';
import type { ToolInfo } from '../policy.ts';

/** Commands after which a name means what stands in another folder. */
const MOVES: ReadonlySet<string> = new Set(['cd', 'chdir', 'pushd', 'popd', 'z', 'j']);
/** Where the output goes is an effect of its own. */
const REDIRECTIONS = /(?:\s*(?:\d|&)?>>?\s*(?:&\d|[\w./-]+))*\s*$/;

export const isByName = (effect: Effect): boolean => effect.kind === 'execute' && effect.resource === 'project-code';

/** Whether all such code among the effects is named by what the call says, in the folder it is made in. */
export function isNamed(call: Call, effects: readonly Effect[], info: ToolInfo | null): boolean {
  const code = effects.filter(isByName);
  if (code.length === 0) return true;
  if (effects.some(({ kind, target }) => kind === 'execute' && MOVES.has(target))) return false;
  const commands = (info?.effects ?? []).flatMap(({ as, from }) => {
    const given = as === 'shell' && from !== undefined ? call.arguments[from] : undefined;
    return typeof given === 'string' ? [given] : [];
  });
  const [command, ...others] = commands;
  if (command === undefined || others.length > 0) return false;
  return code.every(({ target, span }) => span !== undefined && isWhole(command.slice(...span), target));
}

/** `npm test 2>&1` says `npm test`; so does `npm test -- -t x` say `npm test -t x`. */
function isWhole(text: string, target: string): boolean {
  const said = text.replace(REDIRECTIONS, '');
  const words = said.split(/\s+/).filter((word) => word !== '');
  return words.join(' ') === target || words.filter((word) => word !== '--').join(' ') === target;
}
