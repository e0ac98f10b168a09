// What a verification has to work with: a real client, a real daemon, a scripted model, a folder that is gone afterwards.
import type { Client } from '@castellan/client';
import type { Connection } from '../connection/connection.ts';
import type { Ended, Program } from '../launch.ts';
import type { Command, InstalledClient, Machine } from '../machine.ts';

/** A canary's run that came to its end. */
export type RunEnd = Extract<Ended, { kind: 'exited' }>;

/** What a canary that must wait for an answer names: any call of the agent that names it needs one while it is proven. */
export const confirmWord = (nonce: string, answer: 'yes' | 'no'): string => `castellan-confirm-${answer}-${nonce}`;

/** Whether a text names such a word of this nonce. */
export const isConfirmWord = (text: string, nonce: string): boolean =>
  text.includes(confirmWord(nonce, 'yes')) || text.includes(confirmWord(nonce, 'no'));

export interface VerifyBench {
  readonly machine: Machine;
  readonly connection: Connection;
  readonly client: InstalledClient & { readonly path: string };
  /** What canaries ask the daemon: records they left, approvals that wait. */
  readonly api: Pick<Client, 'ledger' | 'agents'>;
  /**
   * Runs the client once, and ends whatever it started. Rejects where it does not start or does not end in its time: then nothing
   * can be said of what it was about, and the verification could not be carried out.
   */
  run(program: Program): Promise<RunEnd>;
  /**
   * Answers the next call of this agent that waits and names `word` (`confirmWord`). Yes only where all it does is certain and
   * stays in `folder`: plain programs (touch, rm, echo, cat, mkdir) and files below it. Rejects when the verification ends.
   */
  answer(word: string, yes: boolean): Promise<void>;
  readonly port: number;
  /** Of the agent: the scripted model asks for it. */
  readonly credential: string;
  readonly hook: Command;
  readonly gateway: Command;
  /** Fresh and unguessable, letters and digits: names the canaries. */
  readonly nonce: string;
  /** Real path, empty, private, outside of the state folder and gone afterwards: a good place for canaries and their workspace. */
  readonly folder: string;
  readonly signal: AbortSignal;
}
