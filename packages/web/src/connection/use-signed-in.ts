// What follows a sign-in, however it was made: the page keeps its half, and everything that was asked as nobody is forgotten.
import type { SignInAnswer } from '@castellan/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useConnection } from './context.tsx';

type SignedIn = Extract<SignInAnswer, { kind: 'signed-in' }>;

export function useSignedIn(): (answer: SignedIn) => void {
  const { csrf } = useConnection();
  const queries = useQueryClient();
  return ({ csrf: half }) => {
    if (half !== undefined) csrf.set(half);
    queries.clear();
  };
}
