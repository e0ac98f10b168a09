// Which links and buttons a message gets. RULE: what a channel may not answer is not offered there.
import type { Channel } from '@castellan/contract';
import type { Links, Offered } from './links.ts';
import { isCritical, type Subject, type WaitingScript, type Ways } from './shown.ts';

const LABELS = { approve: 'Approve', deny: 'Deny', look: 'Open' } as const;

const pageOf = ({ name, digest }: WaitingScript): string =>
  `/scripts/${name}/versions/${digest.slice('sha256:'.length)}`;

export const hasButtons = (channel: Channel): boolean =>
  channel.kind === 'telegram' && Object.keys(channel.people).length > 0;

/** @param address where the page of links is, without a slash at its end. */
export function waysOf(name: string, channel: Channel, subject: Subject, links: Links, address: string): Ways {
  // No link answers for a script: it leads to the page, where a person signs in and reads.
  if (subject.kind === 'script' && channel.kind !== 'desktop')
    return { links: [{ label: LABELS.look, url: `${address}${pageOf(subject.script)}` }], buttons: [] };
  if ((subject.kind !== 'approval' && subject.kind !== 'reminder') || channel.kind === 'desktop')
    return { links: [], buttons: [] };
  const { approval } = subject;
  const critical = isCritical(approval);
  const link = (answer: Offered) => ({
    label: LABELS[answer],
    // Behind `#`: no server, proxy or preview on the way is sent it.
    url: `${address}/answer#${links.make(approval, name, answer, 'page')}`,
  });
  const button = (answer: 'approve' | 'deny') => ({
    label: LABELS[answer],
    token: links.make(approval, name, answer, 'button'),
  });
  const approves = !(critical && channel.answers === 'link');
  return {
    // The message itself leads to the page that only shows.
    links: [link('look'), ...(approves ? [link('approve')] : []), link('deny')],
    buttons: hasButtons(channel) ? [...(critical ? [] : [button('approve')]), button('deny')] : [],
  };
}
