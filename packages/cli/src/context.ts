// What every command is handed.
import type { Output } from './output.ts';
import type { World } from './world.ts';

export interface Context {
  readonly world: World;
  readonly out: Output;
  /** How it is typed here: `castellan`, `npx castellan`, or the program's path. */
  readonly command: string;
}

export interface JsonOption {
  readonly json?: boolean;
}
