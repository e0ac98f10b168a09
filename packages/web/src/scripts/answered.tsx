// Who answered a version, when, and why not: the end of a sentence that says who proposed it.
import type { VersionState } from '@castellan/contract';
import { seenText } from '../kit/text-pieces.ts';
import { When } from '../kit/when.tsx';
import { By } from './by.tsx';

export function Answered({ state }: { readonly state: VersionState }) {
  switch (state.kind) {
    case 'pending':
      return null;
    case 'superseded':
      return (
        <>
          {' · '}replaced <When at={state.at} />
        </>
      );
    case 'approved':
    case 'rejected':
    case 'disabled':
      return (
        <>
          {' · '}
          {state.kind} by <By who={state.by} />, <When at={state.at} />
          {'reason' in state && state.reason !== '' ? `: ${seenText(state.reason)}` : ''}
        </>
      );
  }
}
