// Second factors: the second step of signing in, passkeys alone, and adding and removing them. RULE: every change asks for proof
// before it looks at anything else, and is recorded; secrets are in the one answer that shows them and in nothing else.
import { approvalIdSchema, type JsonObject } from '@castellan/contract';
import type { ApprovalCoordinator } from '../../approvals/index.ts';
import type { People, SecondFactors } from '../../identity/index.ts';
import { Refused } from '../answer.ts';
import { askingOf } from '../asking.ts';
import { proofsOver, siteFor } from '../proof.ts';
import type { Handlers } from '../server.ts';
import { signedIn, signInAnswer } from '../signed-in.ts';
import { personOf } from './account.ts';

type FactorHandlers = Pick<
  Handlers,
  | 'signInFactor'
  | 'passkeyOptions'
  | 'passkeySignIn'
  | 'accountFactor'
  | 'totpBegin'
  | 'totpConfirm'
  | 'totpRemove'
  | 'passkeyAddOptions'
  | 'passkeyAdd'
  | 'passkeyRemove'
  | 'recoveryCodes'
  | 'approvalFactor'
>;

export interface FactorRooms {
  readonly people: People;
  readonly factors: SecondFactors;
  readonly approvals: Pick<ApprovalCoordinator, 'get' | 'preview'>;
}

const noPasskey = (): Refused =>
  new Refused('not_found', 'no passkey of yours is for this address', { hint: 'use another second factor' });

function optionsOr(options: JsonObject | null): { readonly options: JsonObject } {
  if (options === null) throw noPasskey();
  return { options };
}

export function factorHandlers({ people, factors, approvals }: FactorRooms): FactorHandlers {
  const { enrolment } = factors;
  const proofs = proofsOver(people, factors);
  const meOf = (user: Parameters<People['me']>[0], signIn: Parameters<People['me']>[1]) => {
    const me = people.me(user, signIn);
    if (me === null) throw new Refused('not_authenticated', 'the sign-in has ended', { hint: 'sign in again' });
    return me;
  };
  return {
    async signInFactor(context) {
      const { challenge, factor } = context.body;
      return signInAnswer(people, context, await people.finish(challenge, factor, askingOf(context, 'browser')));
    },
    passkeyOptions: (context) => factors.beginSignIn(siteFor(context)),
    async passkeySignIn(context) {
      const asking = askingOf(context, context.body.carrier);
      const proved = await factors.proveAlone(context.body.response);
      const account = proved.user === null ? null : people.users.get(proved.user);
      if (proved.kind === 'right' && account !== null && people.mayEnter(account.id))
        return signedIn(people, context, await people.start(account.id, 'passkey', asking));
      await people.journal.signIn('factor-failed', {
        who: account?.name ?? 'a passkey nobody has',
        from: asking.from,
        factor: 'passkey',
        text: proved.kind === 'wrong' ? proved.why : 'the account may not sign in',
      });
      throw new Refused('wrong_credentials', 'the passkey was not accepted', {
        hint: 'try again, or sign in with name and password',
      });
    },
    accountFactor(context) {
      const { user } = personOf(context.actor);
      return optionsOr(factors.begin({ kind: 'account', user }, siteFor(context)));
    },
    async totpBegin(context) {
      const person = personOf(context.actor);
      await proofs.account(context, person, context.body);
      return enrolment.beginTotp(person.user, person.name);
    },
    async totpConfirm(context) {
      const { user, name } = personOf(context.actor);
      const added = await enrolment.confirmTotp(user, context.body.code);
      if (added.kind === 'refused')
        throw new Refused('bad_request', `\`code\`: ${added.why}`, { hint: 'look at the app, and at its clock' });
      await people.journal.person('factor-added', name, context.actor, 'an authenticator app');
      if (added.codes.length > 0)
        await people.journal.person('recovery-codes', name, context.actor, 'made with the first factor');
      return { codes: [...added.codes] };
    },
    async totpRemove(context) {
      const person = personOf(context.actor);
      await proofs.account(context, person, context.body);
      if (!(await enrolment.removeTotp(person.user)))
        throw new Refused('not_found', 'there is no authenticator app', { hint: 'your account lists your factors' });
      await people.journal.person('factor-removed', person.name, person, 'an authenticator app');
      return meOf(person.user, person.signIn);
    },
    async passkeyAddOptions(context) {
      const person = personOf(context.actor);
      // First of all: where passkeys cannot work nobody need type a password.
      const site = siteFor(context);
      await proofs.account(context, person, context.body);
      return { options: enrolment.beginPasskey(person.user, person.name, site) };
    },
    async passkeyAdd(context) {
      const { user, name } = personOf(context.actor);
      const added = await enrolment.addPasskey(user, context.body.name, context.body.response);
      if (added.kind === 'refused')
        throw new Refused('bad_request', `the passkey was not accepted: ${added.why}`, { hint: 'begin again' });
      await people.journal.person('factor-added', name, context.actor, `passkey ${context.body.name}`);
      if (added.codes.length > 0)
        await people.journal.person('recovery-codes', name, context.actor, 'made with the first factor');
      return { codes: [...added.codes] };
    },
    async passkeyRemove(context) {
      const person = personOf(context.actor);
      await proofs.account(context, person, context.body);
      const removed = await enrolment.removePasskey(person.user, context.params.id ?? '');
      if (removed === null)
        throw new Refused('not_found', 'no such passkey of yours', { hint: 'your account lists them' });
      await people.journal.person('factor-removed', person.name, person, `passkey ${removed.name}`);
      return meOf(person.user, person.signIn);
    },
    async recoveryCodes(context) {
      const person = personOf(context.actor);
      await proofs.account(context, person, context.body);
      const codes = await enrolment.newCodes(person.user);
      if (codes === null)
        throw new Refused('conflict', 'there is no second factor that a recovery code could stand in for', {
          hint: 'add a passkey or an authenticator app first',
        });
      await people.journal.person('recovery-codes', person.name, person, 'new ones; the old ones ended');
      return { codes: [...codes] };
    },
    approvalFactor(context) {
      const { user } = personOf(context.actor);
      const id = approvalIdSchema.safeParse(context.params.id);
      const approval = id.success ? approvals.get(id.data) : null;
      if (!id.success || approval?.state.kind !== 'pending')
        throw new Refused('not_found', 'no such approval waits', { hint: '`castellan pending` lists what waits' });
      // Of what would run: a touch for one call is none for another that somebody writes beside it.
      const edited = context.body.arguments;
      const revision = edited === undefined ? null : approvals.preview(id.data, edited);
      if (revision?.kind === 'refused')
        throw new Refused('bad_request', `\`arguments\`: ${revision.message}`, { hint: 'change them, or leave them' });
      const digest = revision?.digest ?? approval.digest;
      const purpose = { kind: 'approval', user, approval: id.data, digest } as const;
      return optionsOr(factors.begin(purpose, siteFor(context)));
    },
  };
}
