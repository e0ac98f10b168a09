// What a sign-in becomes on the wire: the answer, and the cookie that goes with it. The one place where either is made.
import type { SignInAnswer } from '@castellan/contract';
import type { People, SignInResult, Started } from '../identity/index.ts';
import { type Context, Refused } from './answer.ts';
import { isSecure } from './asking.ts';
import { cookieLine } from './cookies.ts';

type Answering = Pick<Context<unknown, unknown>, 'request' | 'reply'>;

export function signedIn(people: People, context: Answering, started: Started): SignInAnswer {
  const { signIn, account, secret, half, access } = started;
  const me = people.me(account.id, signIn.id);
  if (me === null) throw new Refused('not_authenticated', 'the sign-in has ended already', { hint: 'sign in again' });
  const name = signIn.kind === 'browser' ? 'session' : 'refresh';
  context.reply.header(
    'set-cookie',
    cookieLine(name, secret, (signIn.expiresAt - signIn.startedAt) / 1000, isSecure(context)),
  );
  return {
    kind: 'signed-in',
    me,
    ...(signIn.kind === 'browser' ? { csrf: half } : { access: access?.text ?? '' }),
    expiresAt: access?.expiresAt ?? signIn.expiresAt,
  };
}

export const tooMany = (seconds: number): Refused =>
  new Refused('rate_limited', 'too many requests', { hint: `try again in ${seconds} s`, retryAfter: seconds });

export const heldOff = (context: Pick<Answering, 'reply'>, seconds: number): Refused => {
  context.reply.header('retry-after', String(seconds));
  return tooMany(seconds);
};

/** The answer to any step of signing in. Every refusal is the same to whoever asks. */
export function signInAnswer(people: People, context: Answering, result: SignInResult): SignInAnswer {
  switch (result.kind) {
    case 'signed-in':
      return signedIn(people, context, result.started);
    case 'factor-needed': {
      const { factors, passkey } = result.question;
      const more = passkey === undefined ? {} : { passkey };
      return { kind: 'factor-needed', challenge: result.challenge, factors: [...factors], ...more };
    }
    case 'wrong':
      throw new Refused('wrong_credentials', 'the name or the password is wrong', { hint: 'try again' });
    case 'wrong-factor':
      throw new Refused('wrong_credentials', 'the second factor is wrong', {
        hint: 'a code is good for half a minute and once',
      });
    case 'over':
      throw new Refused('wrong_credentials', 'this sign-in is over', { hint: 'begin again with name and password' });
    case 'held-off':
      throw heldOff(context, result.seconds);
  }
}
