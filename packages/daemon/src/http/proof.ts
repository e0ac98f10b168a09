// Asking a signed-in person again who they are, before their account changes, a Critical call is let through or a
// script is approved. What was wrong is
// written in the record and told to nobody.
import type { Actor, Factor, FactorProof, RouteBody } from '@castellan/contract';
import {
  type Asked as AskedFor,
  type From,
  type NamedSite,
  type People,
  type SecondFactors,
  siteOf,
} from '../identity/index.ts';
import { type Context, Refused } from './answer.ts';
import { askingOf, fromOf } from './asking.ts';
import { tooMany } from './signed-in.ts';

type Asked = Pick<Context<unknown, unknown>, 'request' | 'headers'>;
type Person = Extract<Actor, { kind: 'person' }>;

/** The site a passkey of this page is for. @throws Refused with what to open instead. */
export function siteFor(context: Asked): NamedSite {
  const site = siteOf(askingOf(context, 'browser').origin);
  if (site.kind === 'site') return site;
  throw new Refused('bad_request', 'passkeys do not work at this address', { hint: site.hint });
}

export interface Proofs {
  /** A second factor, for one purpose. @throws Refused */
  factor(
    person: Person,
    from: From,
    proof: FactorProof,
    purpose: AskedFor,
    code: 'wrong_credentials' | 'factor_required',
  ): Promise<Exclude<Factor, 'none'>>;
  /** Before a change of one's own account: the password, or the second factor where there is one. @throws Refused */
  account(context: Asked, person: Person, proof: RouteBody<'totpBegin'>): Promise<void>;
}

export function proofsOver(people: People, factors: SecondFactors): Proofs {
  const factor: Proofs['factor'] = async ({ name }, from, proof, purpose, code) => {
    const proved = await factors.prove(proof, purpose);
    switch (proved.kind) {
      case 'right':
        return proved.factor;
      case 'wrong':
        await people.journal.signIn('factor-failed', { who: name, from, factor: proof.kind, text: proved.why });
        throw new Refused(code, 'the second factor is wrong', { hint: 'a code is good for half a minute and once' });
      case 'held-off':
        await people.journal.signIn('held-off', {
          who: name,
          from,
          factor: proof.kind,
          text: `not before ${proved.seconds} s`,
        });
        throw tooMany(proved.seconds);
    }
  };
  return {
    factor,
    async account(context, person, proof) {
      const { user } = person;
      if ('factor' in proof) {
        if (!factors.has(user))
          throw new Refused('wrong_credentials', 'there is no second factor', { hint: 'give the password' });
        await factor(person, fromOf(context), proof.factor, { kind: 'account', user }, 'wrong_credentials');
        return;
      }
      if (factors.has(user))
        throw new Refused('factor_required', 'the password alone is not enough here', {
          hint: 'prove your second factor',
        });
      const knows = await people.knows(user, proof.password, fromOf(context));
      if (knows === 'no') throw new Refused('wrong_credentials', 'the password is wrong', { hint: 'try again' });
      if (knows !== 'yes') throw tooMany(knows.seconds);
    },
  };
}
