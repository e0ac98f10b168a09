// Every command whose effects are known: the tables, and the few that need a hand.
import type { Invocation } from '../invocation.ts';
import { bothWays, type Flow } from '../state.ts';
import { CHANGING } from './changing.ts';
import { walkFind } from './find.ts';
import { each, type Handler } from './handler.ts';
import { walkDd, walkMoving } from './moving.ts';
import { walkEscalation, walkSed, walkShell, walkVersion } from './others.ts';
import { READING } from './reading.ts';
import { walkSpec } from './spec.ts';
import { SYSTEM_HANDLERS, SYSTEM_SPECS } from './systems/index.ts';

const HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ...each('cp mv ln install', walkMoving),
  ...each('dd', walkDd),
  ...each('find', walkFind),
  ...each('sudo su doas pkexec runuser', walkEscalation),
  ...each('sh bash dash zsh', walkShell),
  ...each('sed', walkSed),
  ...each('node python python3 ruby rustc gcc clang tsc docker java deno make', walkVersion),
  ...SYSTEM_HANDLERS,
]);

const SPECS = [READING, CHANGING, SYSTEM_SPECS];

export function walkKnown(invocation: Invocation): Flow | undefined {
  const { name, state } = invocation;
  const handler = HANDLERS.get(name);
  if (handler !== undefined) return handler(invocation);
  const spec = SPECS.find((table) => Object.hasOwn(table, name))?.[name];
  if (spec === undefined) return undefined;
  walkSpec(spec, invocation);
  return bothWays(spec.moves === true ? { ...state, pathsMoved: true } : state);
}
