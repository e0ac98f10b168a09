// Tickets: once, for 30 seconds, for one thing, for one actor.
import type { Actor } from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { Tickets } from '../src/http/live/tickets.ts';
import { manualClock } from './fixtures.ts';

const mia: Actor = { kind: 'person', user: 'user_aaaaaa', name: 'mia', role: 'viewer', signIn: 'signin_aaaaaa' };
const live = { for: 'live' } as const;
const shell = { for: 'terminal', terminal: 'terminal_aaaaaa' } as const;

function issued(tickets: Tickets, actor: Actor = mia, purpose: typeof live | typeof shell = live): string {
  const made = tickets.issue(actor, purpose, 'here');
  if (made === null) throw new Error('no ticket');
  return made.ticket;
}

verifies(['A4'], 'a ticket has 256 bits of its own and works once, for 30 seconds', () => {
  const clock = manualClock();
  const tickets = new Tickets(clock);
  const first = issued(tickets);
  expect(first).toMatch(/^castellan_k_[0-9a-f]{16}_[0-9a-f]{64}$/);
  expect(tickets.redeem(first, live, 'here')).toEqual(mia);
  expect(tickets.redeem(first, live, 'here')).toBeNull();
  const late = issued(tickets);
  clock.advance(29_999);
  const inTime = issued(tickets);
  clock.advance(1);
  expect(tickets.redeem(late, live, 'here')).toBeNull();
  expect(tickets.redeem(inTime, live, 'here')).toEqual(mia);
  expect(tickets.size).toBe(0);
});

verifies(['A4'], 'a ticket opens what it was asked for, and is gone after it was tried elsewhere', () => {
  const tickets = new Tickets(manualClock());
  const other = { for: 'terminal', terminal: 'terminal_bbbbbb' } as const;
  for (const [asked, tried] of [
    [live, shell],
    [shell, live],
    [shell, other],
  ] as const) {
    const ticket = issued(tickets, mia, asked);
    expect(tickets.redeem(ticket, tried, 'here')).toBeNull();
    expect(tickets.redeem(ticket, asked, 'here')).toBeNull();
  }
  expect(tickets.redeem(issued(tickets), live, 'away'), 'brought to the remote listener').toBeNull();
  expect(tickets.redeem(issued(tickets, mia, shell), shell, 'here')).toEqual(mia);
});

verifies(['A4'], 'what is nearly a ticket is none, and spends none', () => {
  const tickets = new Tickets(manualClock());
  const good = issued(tickets);
  const flipped = `${good.slice(0, -1)}${good.endsWith('0') ? '1' : '0'}`;
  for (const guess of ['', flipped, good.toUpperCase(), ` ${good}`, `${good}0`, good.slice(0, -1), `${good}\n`])
    expect(tickets.redeem(guess, live, 'here'), JSON.stringify(guess)).toBeNull();
  expect(new Tickets(manualClock()).redeem(good, live, 'here'), 'of another run').toBeNull();
  expect(tickets.redeem(good, live, 'here')).toEqual(mia);
});

test('who asks for many loses the oldest of their own, and nobody else loses any', () => {
  const tickets = new Tickets(manualClock());
  const others = issued(tickets, { kind: 'local-cli' });
  const many = Array.from({ length: 1000 }, () => issued(tickets));
  expect(tickets.size).toBe(17);
  expect(tickets.redeem(many[0] ?? '', live, 'here')).toBeNull();
  expect(tickets.redeem(many.at(-1) ?? '', live, 'here')).toEqual(mia);
  expect(tickets.redeem(others, live, 'here')).toEqual({ kind: 'local-cli' });
});
