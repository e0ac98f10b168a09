// Notification channels, browsers that are told, and the links of messages. A link arrives in a body, never in an address, and
// nothing is answered by looking.
import type { Approval } from '@castellan/contract';
import { type Answered, MOST_OF_ONE_PERSON, type Notify } from '../../notify/index.ts';
import { Refused } from '../answer.ts';
import type { Handlers } from '../server.ts';
import { whoDecided } from './resolve.ts';

type ChannelHandlers = Pick<
  Handlers,
  'channels' | 'testChannel' | 'pushKey' | 'subscribePush' | 'unsubscribePush' | 'lookLink' | 'answerLink'
>;

const NO_LINK = new Refused('not_found', 'no such link', {
  hint: 'links end with a restart and when the question is answered; open the inbox',
});

function over(approval: Approval | null): Refused {
  if (approval === null) return NO_LINK;
  if (approval.state.kind === 'pending' || approval.state.kind === 'queued')
    return new Refused('conflict', 'somebody is answering this right now', { hint: 'look again' });
  const { by, at } = whoDecided(approval);
  return new Refused('already_resolved', `already ${approval.state.kind} by ${by}`, { by, at });
}

function answered(given: Answered): Approval {
  switch (given.kind) {
    case 'answered':
      return given.approval;
    case 'none':
      throw NO_LINK;
    case 'over':
      throw over(given.approval);
    case 'sign-in':
      throw new Refused('not_authenticated', 'a person must sign in to answer this', { hint: 'sign in and try again' });
    case 'not-permitted':
      throw new Refused('not_permitted', given.text, { hint: given.hint });
  }
}

const NOT_A_PERSON = new Refused('not_permitted', 'only a person has browsers', { hint: 'sign in with the browser' });

export function channelHandlers(notify: Notify): ChannelHandlers {
  return {
    channels: () => notify.list(),
    async testChannel({ params }) {
      const delivery = await notify.test(params.name ?? '');
      if (delivery === null)
        throw new Refused('not_found', 'no such channel', { hint: 'name it under `notify.channels` in config.yaml' });
      return delivery;
    },
    pushKey: async () => ({ key: await notify.pushKey() }),
    async subscribePush({ body, actor }) {
      if (actor.kind !== 'person') throw NOT_A_PERSON;
      const subscribers = await notify.subscribe(actor.user, body);
      if (subscribers === 'no-service')
        throw new Refused('bad_request', '`endpoint`: not the push service of a usual browser', {
          hint: 'name it under `services` of the channel in config.yaml',
        });
      if (subscribers === 'full')
        throw new Refused('conflict', `too many browsers: ${MOST_OF_ONE_PERSON} of one person are told`, {
          hint: 'take another one out first',
        });
      return { subscribers };
    },
    async unsubscribePush({ body, actor }) {
      if (actor.kind !== 'person') throw NOT_A_PERSON;
      return { subscribers: await notify.unsubscribe(actor.user, body.endpoint) };
    },
    lookLink({ body, actor }) {
      const looked = notify.answering.look(body.link, actor);
      switch (looked.kind) {
        case 'view':
          return { approval: looked.approval, answer: looked.answer, signInNeeded: looked.signInNeeded };
        case 'over':
          throw over(looked.approval);
        case 'none':
          throw NO_LINK;
      }
    },
    answerLink: async ({ body, actor }) => answered(await notify.answering.answer(body.link, body.answer, actor)),
  };
}
