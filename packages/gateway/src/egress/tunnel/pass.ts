// The steps every connection takes, whichever way it was asked for: room, a decision, a name, addresses, a connection. INVARIANT: no
// name is looked up before it was decided that it may be reached: a question to a name server carries data out as well.
import type { Socket } from 'node:net';
import { placeOf } from './destination.ts';
import { dial } from './dial.ts';
import type { Intake } from './intake.ts';
import type { Names } from './names.ts';
import type { Asked, Owner, Passage, Refusal, TunnelsHost } from './types.ts';

/** What one owner has open. */
export interface Room {
  readonly owner: Owner;
  open: number;
}

export interface Passed {
  readonly kind: 'open';
  readonly socket: Socket;
  readonly address: string;
  readonly intake: Intake | null;
  readonly passage: Passage;
}

export interface Stopped {
  readonly kind: 'stopped';
  readonly outcome: 'refused' | 'failed';
  readonly why: string;
  readonly hint: string;
  readonly noted: Passage['noted'];
}

export interface Passing {
  readonly host: TunnelsHost;
  readonly names: Names;
  /** Of all owners. */
  readonly all: { open: number };
}

const stopped = (outcome: Stopped['outcome'], why: string, hint: string, noted: Passage['noted'] = {}): Stopped => ({
  kind: 'stopped',
  outcome,
  why,
  hint,
  noted,
});

/** Takes a place, which is given back by the caller. Null: there is none. */
export function enter({ host, all }: Passing, room: Room): (() => void) | null {
  if (room.open >= host.bounds().connections || all.open >= host.most) return null;
  room.open += 1;
  all.open += 1;
  let isLeft = false;
  return () => {
    if (isLeft) return;
    isLeft = true;
    room.open -= 1;
    all.open -= 1;
  };
}

/** @param gone ends when nobody waits for it any more. Never rejects. */
export async function pass(
  { host, names }: Passing,
  { owner }: Room,
  asked: Asked,
  gone: AbortSignal,
  intake?: () => Intake,
): Promise<Passed | Stopped> {
  const passage = await owner
    .decide(asked, gone)
    .catch((): Refusal => ({ kind: 'refused', why: `${placeOf(asked)}: it could not be decided`, hint: 'try again' }));
  if (passage.kind === 'refused') return stopped('refused', passage.why, passage.hint, passage.noted);
  const { standing, mayBePrivate } = passage;
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  for (const signal of [gone, standing]) signal.addEventListener('abort', abort, { once: true });
  if (gone.aborted || standing.aborted) abort();
  const { signal } = controller;
  const dialled = await dial({
    to: asked,
    mayBePrivate,
    ownPorts: host.ownPorts(),
    names,
    signal,
    clock: host.clock,
    ...(intake && { intake }),
  });
  for (const each of [gone, standing]) each.removeEventListener('abort', abort);
  if (dialled.kind === 'open' && !signal.aborted) {
    passage.reached(null);
    return { ...dialled, passage };
  }
  if (dialled.kind === 'open') dialled.socket.destroy();
  const why = standing.aborted
    ? String(standing.reason)
    : dialled.kind === 'open'
      ? 'nobody waited for it any more'
      : dialled.why;
  passage.reached(why);
  passage.over();
  const isBlocked = dialled.kind === 'blocked' || standing.aborted;
  return stopped(
    isBlocked ? 'refused' : 'failed',
    why,
    isBlocked ? 'tell the user; nothing else leads there' : 'try again',
    passage.noted,
  );
}
