// Asking and changing through React Query: one hook to read a route, one to change something. Keys are route names.
import type { Answer, Client } from '@castellan/client';
import { type Permission, ROLES } from '@castellan/contract';
import { type UseQueryResult, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useApi } from './context.tsx';
import { type Failure, unwrap } from './failure.ts';

/** Routes of the client, by name. */
export type Asked = keyof Client;
export type InputOf<Name extends Asked> = Parameters<Client[Name]>[0];
export type OutputOf<Name extends Asked> =
  Awaited<ReturnType<Client[Name]>> extends Answer<infer Value> ? Value : never;

type AnyMethod = (input?: unknown) => Promise<Answer<unknown>>;

/** Asks one route, without a component. @throws Failure */
export async function ask<Name extends Asked>(api: Client, name: Name, input?: InputOf<Name>): Promise<OutputOf<Name>> {
  // Every method of the client has this shape; its type is given back by OutputOf.
  const method = api[name] as unknown as AnyMethod;
  return unwrap(await method(input)) as OutputOf<Name>;
}

export interface AskOptions<Value = unknown> {
  readonly enabled?: boolean;
  /** Asks again by itself; for what no live event tells of. */
  readonly everyMs?: number;
  /** No more after this is true of the answer. */
  readonly until?: (value: Value) => boolean;
}

/** `data`, `error` (a Failure), `isPending`. What live events say has changed is asked again by itself. */
export function useAsk<Name extends Asked>(
  name: Name,
  input?: InputOf<Name>,
  { enabled = true, everyMs, until }: AskOptions<OutputOf<Name>> = {},
): UseQueryResult<OutputOf<Name>, Failure> {
  const api = useApi();
  return useQuery<OutputOf<Name>, Failure>({
    queryKey: [name, input ?? null],
    queryFn: () => ask(api, name, input),
    enabled,
    ...(everyMs === undefined
      ? {}
      : {
          refetchInterval: ({ state: { data } }) => (data !== undefined && until?.(data) === true ? false : everyMs),
        }),
  });
}

export interface Change<Name extends Asked> {
  /** Resolves to the answer, or to null after a failure, which is then in `failure`. */
  readonly run: (input: InputOf<Name>) => Promise<OutputOf<Name> | null>;
  readonly pending: boolean;
  readonly failure: Failure | null;
  readonly reset: () => void;
}

/**
 * Changes something; afterwards everything that is shown is asked again.
 * @param instead what a failure may still become: asked for once more, with what the daemon wants besides
 */
export function useChange<Name extends Asked>(
  name: Name,
  instead: (failure: Failure, input: InputOf<Name>) => Promise<OutputOf<Name> | null> = async () => null,
): Change<Name> {
  const api = useApi();
  const queries = useQueryClient();
  const mutation = useMutation<OutputOf<Name>, Failure, InputOf<Name>>({
    mutationFn: (input) => ask(api, name, input),
    // Waited for: when a change is said to be done, what is shown is what it made.
    onSuccess: () => queries.invalidateQueries(),
  });
  return {
    run: (input) => mutation.mutateAsync(input).catch((failure: Failure) => instead(failure, input)),
    pending: mutation.isPending,
    failure: mutation.error,
    reset: mutation.reset,
  };
}

/** Who is signed in. */
export const useMe = (): UseQueryResult<OutputOf<'me'>, Failure> => useAsk('me');

/** Whether whoever is signed in may do this; the daemon decides again. */
export function useMay(permission: Permission): boolean {
  const { data } = useMe();
  return data !== undefined && ROLES[data.user.role].has(permission);
}
