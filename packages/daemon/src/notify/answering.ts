// Answers by the links and buttons of messages. INVARIANT: an agent that holds a link has nothing, whatever the channel says;
// without a person who signed in a link answers only where its channel says so, only what it offered, for this one call, and
// never "yes" where a Critical rule asked. Every answer goes the way of any other: through `resolve`.
import { type Actor, type Approval, actorName, type Channel, permits, type ResolveRequest } from '@castellan/contract';
import type { ApprovalCoordinator } from '../approvals/index.ts';
import type { Found, Links, Offer, Offered } from './links.ts';
import { isCritical } from './shown.ts';

/** As the route of approvals answers: throws what that route would say. */
export type Resolve = (id: Approval['id'], answer: ResolveRequest, actor: Actor) => Promise<Approval>;

export interface AnsweringHost {
  readonly links: Links;
  readonly approvals: Pick<ApprovalCoordinator, 'get'>;
  readonly resolve: Resolve;
  channel(name: string): Channel | null;
  note(change: 'answered' | 'refused', channel: string, about: string, text: string): void;
}

export type Looked =
  | {
      readonly kind: 'view';
      readonly approval: Approval;
      readonly answer: Offered;
      readonly signInNeeded: boolean;
    }
  | { readonly kind: 'over'; readonly approval: Approval | null }
  | { readonly kind: 'none' };
export type Answered =
  | { readonly kind: 'answered'; readonly approval: Approval }
  | { readonly kind: 'over'; readonly approval: Approval | null }
  | { readonly kind: 'none' }
  | { readonly kind: 'sign-in' }
  | { readonly kind: 'not-permitted'; readonly text: string; readonly hint: string };

type Right = 'own' | 'link' | 'sign-in';

const NEVER: ReadonlySet<Actor['kind']> = new Set(['agent', 'model', 'local-cli']);

/** What is left of an approval for whoever has not signed in: what the message said. */
const bare = ({ phrasing: _, ...approval }: Approval): Approval => ({
  ...approval,
  arguments: {},
  cwd: '',
  effects: [],
  flows: [],
  changes: [],
  suggestions: [],
  taskGrant: null,
  verdict: {
    ...approval.verdict,
    reasons: approval.verdict.reasons.slice(0, 1).map((reason) => ({ ...reason, text: '' })),
  },
});

export class Answering {
  readonly #host: AnsweringHost;

  constructor(host: AnsweringHost) {
    this.#host = host;
  }

  look(token: string, actor: Actor): Looked {
    const { approvals } = this.#host;
    const found = this.#found(token, actor);
    if (found.kind === 'none') return found;
    if (found.kind === 'over') return { kind: 'over', approval: approvals.get(found.approval) };
    const { offer } = found;
    const approval = approvals.get(offer.approval);
    if (approval === null) return { kind: 'none' };
    const right = this.#right(offer, actor);
    const may = right === 'own' || right === 'link' || permits(actor, 'approvals:read');
    return {
      kind: 'view',
      approval: may ? approval : bare(approval),
      answer: offer.answer,
      signInNeeded: right === 'sign-in',
    };
  }

  /** @throws what `resolve` throws. */
  async answer(token: string, answer: ResolveRequest, actor: Actor): Promise<Answered> {
    const { approvals } = this.#host;
    const found = this.#found(token, actor);
    if (found.kind === 'none') return found;
    if (found.kind === 'over') return { kind: 'over', approval: approvals.get(found.approval) };
    const { offer, key } = found;
    const right = this.#right(offer, actor);
    if (right === 'sign-in')
      return actor.kind === 'nobody'
        ? { kind: 'sign-in' }
        : { kind: 'not-permitted', text: 'you may look, not answer', hint: 'ask somebody who may' };
    if (right === 'own') return this.#take(offer, key, answer, actor);
    const by: Actor = { kind: 'link', channel: offer.channel };
    const fault = whyNotAlone(offer, approvals.get(offer.approval), answer);
    if (fault !== null) return { kind: 'not-permitted', ...fault };
    return this.#take(offer, key, alone(answer), by);
  }

  /** A button of the channel, pressed by somebody its configuration names. @throws what `resolve` throws. */
  async press(token: string, channel: string, person: string): Promise<Answered> {
    const { links, approvals } = this.#host;
    const found = links.find(token, 'button');
    if (found.kind === 'none') return found;
    if (found.kind === 'over') return { kind: 'over', approval: approvals.get(found.approval) };
    const { offer, key } = found;
    if (offer.channel !== channel || offer.answer === 'look') return { kind: 'none' };
    const answer: ResolveRequest =
      offer.answer === 'approve' ? { answer: 'approve', digest: offer.digest, once: true } : { answer: 'deny' };
    const fault = whyNotAlone(offer, approvals.get(offer.approval), answer);
    if (fault !== null) return { kind: 'not-permitted', ...fault };
    return this.#take(offer, key, answer, { kind: 'link', channel: `${channel}:${person}` });
  }

  /** What a link is to whoever has it: to an agent, its model client and a program of the user it is none. */
  #found(token: string, actor: Actor): Found {
    const { links, note } = this.#host;
    const found = links.find(token, 'page');
    if (found.kind === 'none' || !NEVER.has(actor.kind)) return found;
    const { channel, approval } = found.kind === 'live' ? found.offer : found;
    note('refused', channel, approval, `a link in the hands of ${actorName(actor)}`);
    return { kind: 'none' };
  }

  #right({ channel, answer }: Offer, actor: Actor): Right {
    if (permits(actor, 'approvals:resolve')) return 'own';
    // Somebody who is known, and may not answer, may not by a message either.
    if (actor.kind !== 'nobody') return 'sign-in';
    return this.#host.channel(channel)?.answers === 'link' && answer !== 'look' ? 'link' : 'sign-in';
  }

  async #take(offer: Offer, key: string, answer: ResolveRequest, actor: Actor): Promise<Answered> {
    const { links, approvals, resolve, note } = this.#host;
    const giveBack = links.take(key);
    if (giveBack === null) return { kind: 'over', approval: approvals.get(offer.approval) };
    try {
      const approval = await resolve(offer.approval, answer, actor);
      note(
        'answered',
        offer.channel,
        offer.approval,
        `${answer.answer === 'approve' ? 'approved' : 'denied'} by ${actorName(actor)}`,
      );
      return { kind: 'answered', approval };
    } catch (error) {
      // Not answered (another digest, a factor that is missing, behind another one): the message is still good.
      giveBack();
      throw error;
    }
  }
}

/** What a message alone may not answer, though it offers to. */
function whyNotAlone(
  offer: Offer,
  approval: Approval | null,
  answer: ResolveRequest,
): { readonly text: string; readonly hint: string } | null {
  if (answer.answer === 'deny') return null;
  if (offer.answer !== 'approve') return { text: 'this link cannot approve', hint: 'use the one that says so' };
  if (answer.grant !== undefined || answer.arguments !== undefined)
    return { text: 'a link answers one call as it is', hint: 'sign in to allow more or to change it' };
  if (approval === null || isCritical(approval))
    return { text: 'a Critical rule asked: a link alone cannot approve', hint: 'sign in and approve there' };
  return null;
}

/** The message told of one call, so no more is allowed. */
const alone = (answer: ResolveRequest): ResolveRequest =>
  answer.answer === 'approve' ? { answer: 'approve', digest: answer.digest, once: true } : answer;
