// Set-up, signing in and out, and one's own account. What a password, a code or a token was is in no answer, record or error.
import { type Actor, type SignInId, signInIdSchema, type UserId } from '@castellan/contract';
import type { PeopleRoom } from '../../identity/index.ts';
import { type Context, Refused } from '../answer.ts';
import { askingOf, fromOf, isSecure } from '../asking.ts';
import { cookieLine, endedCookieLine, readCookie } from '../cookies.ts';
import { everyStep } from '../every-step.ts';
import type { Handlers } from '../server.ts';
import { heldOff, signedIn, signInAnswer } from '../signed-in.ts';

type AccountHandlers = Pick<
  Handlers,
  'setup' | 'setUp' | 'signIn' | 'refresh' | 'me' | 'signOut' | 'signIns' | 'revokeSignIn' | 'changePassword'
>;

/** Routes of one's own account are a person's; nothing else has one. */
export function personOf(actor: Actor): Extract<Actor, { kind: 'person' }> {
  if (actor.kind === 'person') return actor;
  throw new Refused('not_permitted', 'only a person has an account', {
    hint: 'this needs a person: `castellan login`',
  });
}

export function accountHandlers({ people, setUp }: PeopleRoom): AccountHandlers {
  const view = (user: UserId, signIn: SignInId) => {
    const me = people.me(user, signIn);
    if (me === null) throw new Refused('not_authenticated', 'the sign-in has ended', { hint: 'sign in again' });
    return me;
  };
  /** The browser forgets what is over. */
  const forget = (context: Context<unknown, unknown>): void => {
    const secure = isSecure(context);
    context.reply.header('set-cookie', [endedCookieLine('session', secure), endedCookieLine('refresh', secure)]);
  };
  return {
    setup: () => ({ needed: setUp.needed, code: setUp.place }),
    async setUp(context) {
      const { code, name, password, carrier } = context.body;
      const result = await setUp.run(code, name, password, askingOf(context, carrier));
      switch (result.kind) {
        case 'done':
          return signedIn(people, context, result.started);
        case 'already':
          throw new Refused('conflict', 'Castellan is set up already', {
            hint: 'sign in, or ask an admin to invite you',
          });
        case 'wrong-code':
          throw new Refused('wrong_credentials', 'the set-up code is wrong', {
            hint: 'it stands where the daemon was started, or in `daemon/setup-code` of the state folder; each start makes a new one',
          });
        case 'bad-password':
          throw new Refused('bad_request', `\`password\`: ${result.fault.message}`, { hint: result.fault.hint });
        case 'held-off':
          throw heldOff(context, result.seconds);
      }
    },
    async signIn(context) {
      const { name, password, carrier, factor } = context.body;
      return signInAnswer(people, context, await people.signIn(name, password, askingOf(context, carrier), factor));
    },
    async refresh(context) {
      const secure = isSecure(context);
      const cookie = readCookie(context.headers.cookie, 'refresh', secure);
      const refreshed = cookie.kind === 'value' ? await people.refresh(cookie.value, fromOf(context)) : null;
      if (refreshed === null) {
        context.reply.header('set-cookie', endedCookieLine('refresh', secure));
        throw new Refused('not_authenticated', 'no valid refresh token', { hint: 'sign in again' });
      }
      const { access, secret, seconds } = refreshed;
      context.reply.header('set-cookie', cookieLine('refresh', secret, seconds, secure));
      return { access: access.text, expiresAt: access.expiresAt };
    },
    me: ({ actor }) => {
      const { user, signIn } = personOf(actor);
      return view(user, signIn);
    },
    async signOut(context) {
      const { signIn, name } = personOf(context.actor);
      const ended = await people.end(signIn);
      forget(context);
      const factor = ended?.factor ?? 'none';
      await people.journal.signIn('signed-out', {
        who: name,
        from: fromOf(context),
        factor,
        signIn,
        text: 'by themselves',
      });
      return { signedOut: true };
    },
    signIns({ actor }) {
      const { user, role, signIn } = personOf(actor);
      const shown = people.signIns.list().filter((open) => role === 'admin' || open.user === user);
      return { signIns: shown.map((open) => people.signInView(open, signIn)) };
    },
    async revokeSignIn(context) {
      const { user, role, signIn, name } = personOf(context.actor);
      const id = signInIdSchema.safeParse(context.params.id);
      const open = id.success ? people.signIns.get(id.data) : null;
      // Somebody else's looks like none at all.
      if (open === null || (open.user !== user && role !== 'admin'))
        throw new Refused('not_found', 'no such sign-in is open', { hint: 'the list of sign-ins shows them' });
      const shown = people.signInView(open, signIn);
      await people.end(open.id);
      const { factor } = open;
      const note = { who: shown.userName, from: fromOf(context), factor, signIn: open.id, text: `by ${name}` };
      await people.journal.signIn('revoked', note);
      return shown;
    },
    async changePassword(context) {
      const { user, signIn, name } = personOf(context.actor);
      const from = fromOf(context);
      const knows = await people.knows(user, context.body.current, from);
      if (knows === 'no')
        throw new Refused('wrong_credentials', 'the present password is wrong', { hint: 'try again' });
      if (knows !== 'yes') throw heldOff(context, knows.seconds);
      const chosen = await people.choose(name, context.body.password);
      if (chosen.kind === 'bad-password')
        throw new Refused('bad_request', `\`password\`: ${chosen.fault.message}`, { hint: chosen.fault.hint });
      if (chosen.kind === 'held-off') throw heldOff(context, chosen.seconds);
      let ended = 0;
      await everyStep([
        () => people.users.setPassword(user, chosen.hash),
        async () => {
          ended = (await people.endWhere((open) => open.user === user && open.id !== signIn)).length;
        },
        () => people.journal.person('password', name, context.actor, `${ended} other sign-ins ended`),
      ]);
      return view(user, signIn);
    },
  };
}
