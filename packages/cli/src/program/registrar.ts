// How a group of commands is added. An action loads its command's file only when it is used, so that starting stays fast.
import type { Command } from 'commander';
import type { Context } from '../context.ts';

export interface Registrar {
  readonly program: Command;
  readonly context: Context;
  /** Takes the exit code of the command that ran: ours, or after `run` the agent's own. */
  readonly done: (code: number) => void;
}
