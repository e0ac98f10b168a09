// Holds the live model for React to read: messages of one frame are drawn together, so that a burst is one drawing.
import type { Approval, LiveMessage } from '@castellan/contract';
import type { LiveState } from './live-connection.ts';
import { answered, type LiveModel, NOTHING, nextModel } from './live-model.ts';

export interface LiveStore {
  readonly model: () => LiveModel;
  readonly state: () => LiveState;
  readonly subscribe: (listener: () => void) => () => void;
  readonly message: (message: LiveMessage) => void;
  readonly answered: (approval: Approval) => void;
  readonly setState: (state: LiveState) => void;
  /** Forgets everything: whoever signs in next starts anew. */
  readonly clear: () => void;
}

/** @param soon runs a function once, a little later: the next frame. */
export function liveStore(soon: (run: () => void) => void): LiveStore {
  let model = NOTHING;
  let state: LiveState = { kind: 'connecting' };
  let due = false;
  const listeners = new Set<() => void>();
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  /** What is drawn; the model itself is always the latest. */
  let drawn = model;
  const later = (): void => {
    if (due) return;
    due = true;
    soon(() => {
      due = false;
      drawn = model;
      tell();
    });
  };
  return {
    model: () => drawn,
    state: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    message: (message) => {
      model = nextModel(model, message);
      later();
    },
    answered: (approval) => {
      model = answered(model, approval);
      drawn = model;
      tell();
    },
    setState: (next) => {
      state = next;
      tell();
    },
    clear: () => {
      model = NOTHING;
      drawn = model;
      state = { kind: 'connecting' };
      tell();
    },
  };
}
