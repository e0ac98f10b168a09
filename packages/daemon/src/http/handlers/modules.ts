// Modules: what people see of them and do with them. What may be done is the route table's to say; what it means, the room's.
import { type ApiErrorCode, actorName } from '@castellan/contract';
import type { Answer, Modules } from '../../modules/index.ts';
import type { Parts } from '../../surfaces/index.ts';
import { Refused } from '../answer.ts';
import type { Handlers } from '../server.ts';

type ModuleHandlers = Pick<
  Handlers,
  | 'modules'
  | 'module'
  | 'planModule'
  | 'addModule'
  | 'removeModule'
  | 'acceptModule'
  | 'restartModule'
  | 'signInModule'
  | 'signOutModule'
  | 'moduleMoved'
>;
const CODES = {
  unknown: 'not_found',
  bad: 'bad_request',
  conflict: 'conflict',
  failed: 'failed',
} as const satisfies Readonly<Record<string, ApiErrorCode>>;

function given<T>(answer: Answer<T>): T {
  if (answer.ok) return answer.value;
  throw new Refused(CODES[answer.code], answer.message, { hint: answer.hint });
}

export function moduleHandlers(modules: Modules, { records, clock }: Pick<Parts, 'records' | 'clock'>): ModuleHandlers {
  const nameOf = ({ name = '' }: { readonly [name: string]: string }): string => name;
  return {
    modules: () => ({ modules: [...modules.list()] }),
    module: async ({ params }) => given(await modules.view(nameOf(params))),
    planModule: async ({ body, actor, gone }) => given(await modules.plan(body, actor, gone)),
    addModule: async ({ body, actor }) => given(await modules.add(body, actor)),
    removeModule: async ({ params, actor }) => given(await modules.remove(nameOf(params), actor)),
    acceptModule: async ({ params, body, actor }) => given(await modules.accept(nameOf(params), body.pending, actor)),
    restartModule: async ({ params, actor, gone }) => given(await modules.restart(nameOf(params), actor, gone)),
    signInModule: async ({ params, actor }) => given(await modules.signIn(nameOf(params), actor)),
    signOutModule: async ({ params, actor }) => given(await modules.signOut(nameOf(params), actor)),
    async moduleMoved({ body: { module, client, file, direction }, actor }) {
      await records.record({
        kind: 'module',
        at: clock.now(),
        module,
        change: direction === 'in' ? 'moved-in' : 'moved-out',
        by: actorName(actor),
        text: `${client}: ${file}`,
      });
    },
  };
}
