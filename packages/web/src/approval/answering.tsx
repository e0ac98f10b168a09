// Answering approvals: what is being sent, what may still be taken back, what went wrong. It outlives the card, because a
// person goes on to the next question while the last answer is on its way.
import type { Answer, Client } from '@castellan/client';
import type { Approval, FactorProof, JsonObject, ResolveRequest } from '@castellan/contract';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { now } from '../clock.ts';
import { useConnection } from '../connection/context.tsx';
import { Failure } from '../connection/failure.ts';
import { type DenyQueue, denyQueue, type PendingDeny } from './deny-queue.ts';

export interface ApproveOptions {
  readonly once?: boolean;
  readonly grant?: string;
  readonly arguments?: JsonObject;
  readonly factor?: FactorProof;
}

export type Progress =
  | { readonly kind: 'idle' }
  | { readonly kind: 'sending'; readonly what: 'approve' | 'deny' }
  | { readonly kind: 'undoable'; readonly deny: PendingDeny }
  | { readonly kind: 'failed'; readonly failure: Failure };

export interface Answering {
  /** Resolves to whether it was approved. */
  readonly approve: (approval: Approval, options?: ApproveOptions) => Promise<boolean>;
  readonly deny: (approval: Approval, reason: string | null) => void;
  readonly undo: (approval: Approval) => void;
  readonly progress: (id: string) => Progress;
}

/** How an answer is given: over the API, or with the link of a message. */
export type Send = (approval: Approval, body: ResolveRequest) => Promise<Answer<Approval>>;

const overApi =
  (api: Client): Send =>
  (approval, body) =>
    api.resolve({ params: { id: approval.id }, body });

const AnsweringContext = createContext<Answering | null>(null);

export function useAnswering(): Answering {
  const answering = useContext(AnsweringContext);
  if (answering === null) throw new Error('a card stands outside of AnsweringProvider');
  return answering;
}

type Sending = ReadonlyMap<string, Exclude<Progress, { kind: 'idle' | 'undoable' }>>;

/** @param send instead of the API's own route. */
export function AnsweringProvider({ send, children }: { readonly send?: Send; readonly children: ReactNode }) {
  const { api, live } = useConnection();
  const [sending, setSending] = useState<Sending>(new Map());
  // INVARIANT: the same from one drawing to the next: another queue would send at once what can still be undone.
  const post = useMemo(() => send ?? overApi(api), [send, api]);
  const parts = useMemo(() => {
    const mark = (id: string, progress: Progress): void =>
      setSending((before) => {
        const others = [...before].filter(([other]) => other !== id);
        return progress.kind === 'sending' || progress.kind === 'failed'
          ? new Map([...others, [id, progress]])
          : new Map(others);
      });
    const resolve = async (approval: Approval, body: ResolveRequest): Promise<boolean> => {
      mark(approval.id, { kind: 'sending', what: body.answer });
      const answer = await post(approval, body);
      if (answer.ok) {
        live.answered(answer.value);
        mark(approval.id, { kind: 'idle' });
        return true;
      }
      mark(approval.id, { kind: 'failed', failure: new Failure(answer.error) });
      // Somebody was quicker: what they answered is shown, whichever news of it arrives first.
      if (answer.error.kind === 'api' && answer.error.error.error === 'already_resolved') {
        const now = await api.approval({ params: { id: approval.id } });
        if (now.ok) live.answered(now.value);
      }
      return false;
    };
    const queue: DenyQueue = denyQueue({
      now,
      after: (ms, run) => {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
      send: ({ approval, reason }) =>
        void resolve(approval, { answer: 'deny', ...(reason === null ? {} : { reason }) }),
    });
    return { queue, resolve, mark };
  }, [api, live, post]);
  const { queue, resolve, mark } = parts;
  useEffect(() => {
    addEventListener('pagehide', queue.flush);
    return () => {
      removeEventListener('pagehide', queue.flush);
      queue.flush();
    };
  }, [queue]);
  const pending = useSyncExternalStore(queue.subscribe, queue.all);
  const answering: Answering = {
    approve: (approval, { once = false, factor, grant, ...options } = {}) =>
      resolve(approval, {
        answer: 'approve',
        digest: approval.digest,
        once,
        ...(grant === undefined ? {} : { grant }),
        ...(options.arguments === undefined ? {} : { arguments: options.arguments }),
        ...(factor === undefined ? {} : { factor }),
      }),
    deny: (approval, reason) => {
      mark(approval.id, { kind: 'idle' });
      queue.deny(approval, reason);
    },
    undo: ({ id }) => queue.undo(id),
    progress: (id) => {
      const deny = pending.get(id);
      return deny === undefined ? (sending.get(id) ?? { kind: 'idle' }) : { kind: 'undoable', deny };
    },
  };
  return <AnsweringContext value={answering}>{children}</AnsweringContext>;
}
