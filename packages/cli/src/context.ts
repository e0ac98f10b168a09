// What every command is handed.
import type { Output } from './output.ts';
import type { World } from './world.ts';

export interface Context {
  readonly world: World;
  readonly out: Output;
}

export interface JsonOption {
  readonly json?: boolean;
}
