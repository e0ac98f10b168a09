// What connecting is told, and what of the local API it needs.
import type { Client } from '@castellan/client';
import type { ConnectMode, ConnectScope } from '@castellan/contract';
import type { OwnTools } from '../connector.ts';
import type { Command, Machine } from '../machine.ts';

/** What of the local API connecting needs: the daemon hands over the same without a socket. */
export type ConnectClient = Pick<Client, 'agents' | 'connect' | 'changeAgent' | 'disconnect'>;

export interface PlanOptions {
  readonly machine: Machine;
  /** Without it the connector's own choice for this machine. */
  readonly scope?: ConnectScope | undefined;
  /** Without it as it was, else the first of the scope. */
  readonly mode?: ConnectMode | undefined;
  readonly ownTools?: OwnTools | undefined;
  /** Absolute: the client, when it is not on PATH. */
  readonly clientPath?: string | undefined;
  /** The daemon's port. */
  readonly port: number;
  /** How long the client waits for a decision; approvals end before it. */
  readonly timeoutSeconds: number;
  /** What answers hooks, without its file, where none was chosen before; without it that is found out. */
  readonly hook?: Command | undefined;
}

export interface ConnectOptions extends PlanOptions {
  /** What a person calls the agent. */
  readonly name: string;
  readonly client: ConnectClient;
  /** The daemon's socket. */
  readonly socket: string;
  /** Milliseconds since 1970: names the backups. */
  readonly now: number;
}
