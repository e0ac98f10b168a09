// What every component may reach of the world: the daemon's API, what happens live, the half of the sign-in this page keeps.
import type { Answer, Client, ExportInput } from '@castellan/client';
import { createContext, type ReactNode, useContext } from 'react';
import type { CsrfStore } from './csrf.ts';
import type { LiveStore } from './live-store.ts';

export interface Connection {
  readonly api: Client;
  readonly live: LiveStore;
  /** A stream, which is none of the client's methods. */
  readonly exportLedger: (input: ExportInput) => Promise<Answer<AsyncIterable<Uint8Array>>>;
  readonly csrf: CsrfStore;
  /** Tries the lost connection again at once. */
  readonly hurry: () => void;
  readonly onHurry: (listener: () => void) => () => void;
}

const ConnectionContext = createContext<Connection | null>(null);

export function ConnectionProvider({ value, children }: { readonly value: Connection; readonly children: ReactNode }) {
  return <ConnectionContext value={value}>{children}</ConnectionContext>;
}

export function useConnection(): Connection {
  const connection = useContext(ConnectionContext);
  if (connection === null) throw new Error('a component stands outside of ConnectionProvider');
  return connection;
}

export const useApi = (): Client => useConnection().api;
