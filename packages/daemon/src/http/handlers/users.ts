// Other people: invite, join, change, remove. INVARIANT: what is changed counts from the next request on, also for what stands
// open; the last admin who can sign in stays one; nobody makes themselves more than they are.
import { permits, type RouteBody, type UserId, userIdSchema } from '@castellan/contract';
import {
  type ApiTokens,
  type Changed,
  factorsInUse,
  type Invites,
  isMore,
  type People,
  type SecondFactors,
} from '../../identity/index.ts';
import { type Context, Refused } from '../answer.ts';
import { askingOf, fromOf } from '../asking.ts';
import { everyStep } from '../every-step.ts';
import { proofsOver } from '../proof.ts';
import type { Handlers } from '../server.ts';
import { heldOff, signedIn } from '../signed-in.ts';
import { personOf } from './account.ts';

type UserHandlers = Pick<Handlers, 'users' | 'addUser' | 'changeUser' | 'removeUser' | 'join'>;

export interface UserRooms {
  readonly people: People;
  readonly factors: SecondFactors;
  readonly apiTokens: Pick<ApiTokens, 'revokeOf'>;
  readonly invites: Invites;
}

const noUser = (): Refused => new Refused('not_found', 'no such person', { hint: 'the list of people shows them' });
const badInvite = (): Refused =>
  new Refused('wrong_credentials', 'the invitation is not good any more', { hint: 'ask an admin for another one' });

export function userHandlers({ people, factors, apiTokens, invites }: UserRooms): UserHandlers {
  const { users, journal } = people;
  const proofs = proofsOver(people, factors);
  const idOf = (given: string | undefined): UserId => {
    const id = userIdSchema.safeParse(given);
    if (!id.success) throw noUser();
    return id.data;
  };
  const changedOr = (changed: Changed) => {
    switch (changed.kind) {
      case 'changed':
        return changed.account;
      case 'none':
        throw noUser();
      case 'last-admin':
        throw new Refused('conflict', 'this is the last admin who can sign in', {
          hint: 'make somebody else admin first',
        });
    }
  };
  const endSignIns = async (id: UserId, who: string, context: Parameters<typeof fromOf>[0], why: string) => {
    const from = fromOf(context);
    for (const { factor, id: signIn } of await people.endWhere(({ user }) => user === id))
      await journal.signIn('revoked', { who, from, factor, signIn, text: why });
  };
  /**
   * Where anybody has a second factor, who may come in and as what is changed with one: else whoever stole a session would make
   * themselves a person with a factor of their own, or keep out everybody who has one (A11).
   */
  const proved = async (context: Context<{ readonly proof?: RouteBody<'totpBegin'> | undefined }, unknown>) => {
    const person = personOf(context.actor);
    if (!factorsInUse(factors)) return;
    const needed = (hint: string): Refused =>
      new Refused('factor_required', 'people here have second factors, so changing who may come in needs yours', {
        hint,
      });
    if (!factors.has(person.user)) throw needed('add a passkey or an authenticator app to your account');
    if (context.body.proof === undefined) throw needed('send `proof`');
    await proofs.account(context, person, context.body.proof);
    const now = people.now(person.signIn);
    if (now === null || !permits(now, 'users:write'))
      throw new Refused('not_authenticated', 'what you came in with has ended', { hint: 'sign in again' });
  };
  return {
    users: () => ({ users: users.list().map((account) => people.userView(account)) }),
    async addUser(context) {
      await proved(context);
      const { body, actor } = context;
      const { name, role } = body;
      const account = await users.add({ name, role, password: null });
      if (account === null)
        throw new Refused('conflict', `\`name\`: somebody is called \`${name}\` already`, { hint: 'choose another' });
      await journal.person('invited', name, actor, `as ${role}`);
      return { user: people.userView(account), invite: await invites.make(account.id) };
    },
    async changeUser(context) {
      const { body, actor } = context;
      const id = idOf(context.params.id);
      await proved(context);
      const had = users.get(id);
      if (had === null) throw noUser();
      // Asked of the account as it is now: whoever was made less while this request was under way is less.
      const raises = body.role !== undefined && isMore(had.role, body.role);
      if (raises && personOf(actor).user === id)
        throw new Refused('not_permitted', 'nobody raises their own role', { hint: 'ask another admin' });
      // On record before it counts: more than before is never what nobody can read of.
      if (raises) await journal.person('role', had.name, actor, `from ${had.role} to ${body.role}`);
      if (body.disabled === false && had.disabledAt !== null)
        await journal.person('enabled', had.name, actor, 'may sign in again');
      const now = () => users.get(id) ?? had;
      const isOut = (): boolean => now().disabledAt !== null && had.disabledAt === null;
      const changing = users.change(id, body);
      // Counts already. Sign-ins end before anything is recorded, and both whatever became of the change on the disk.
      await everyStep([
        () => people.changed(),
        async () => changedOr(await changing),
        () => isOut() && endSignIns(id, had.name, context, 'the account was disabled'),
        () =>
          !raises &&
          now().role !== had.role &&
          journal.person('role', had.name, actor, `from ${had.role} to ${now().role}`),
        () => isOut() && journal.person('disabled', had.name, actor, 'every sign-in ended'),
      ]);
      return people.userView(now());
    },
    async removeUser(context) {
      const { actor } = context;
      const id = idOf(context.params.id);
      await proved(context);
      const had = users.get(id);
      if (had === null) throw noUser();
      const shown = people.userView(had);
      const removing = users.remove(id);
      const isGone = users.get(id) === null;
      await everyStep([
        () => people.changed(),
        async () => changedOr(await removing),
        ...(isGone
          ? [
              () => endSignIns(id, had.name, context, 'the account was removed'),
              () => invites.drop(id),
              () => factors.forget(id),
              async () => {
                for (const { name } of await apiTokens.revokeOf(id))
                  await journal.person('token-revoked', had.name, actor, `${name}: its maker was removed`);
              },
              () => journal.person('removed', had.name, actor, `was ${had.role}`),
            ]
          : []),
      ]);
      return shown;
    },
    async join(context) {
      const { invite, password, carrier } = context.body;
      const id = invites.look(invite);
      const account = id === null ? null : users.get(id);
      if (account === null || account.disabledAt !== null) throw badInvite();
      const chosen = await people.choose(account.name, password);
      if (chosen.kind === 'bad-password')
        throw new Refused('bad_request', `\`password\`: ${chosen.fault.message}`, { hint: chosen.fault.hint });
      if (chosen.kind === 'held-off') throw heldOff(context, chosen.seconds);
      // Ended only now, so that a password that is too weak costs no invitation; of two at once one is first.
      if (!(await invites.take(invite))) throw badInvite();
      await users.setPassword(account.id, chosen.hash);
      // Removed or kept out while the password was computed.
      if (!people.mayEnter(account.id)) throw badInvite();
      await journal.person('joined', account.name, `person:${account.name}`, `as ${account.role}`);
      return signedIn(people, context, await people.start(account.id, 'none', askingOf(context, carrier)));
    },
  };
}
