// Whether a run has walls: because somebody asked for them, or because nothing is started without.
import type { SandboxConfig } from '@castellan/contract';

export interface RunWalls {
  /** `--sandbox`. */
  readonly asked: boolean;
  readonly config: SandboxConfig;
}

export const isWalled = ({ asked, config }: RunWalls): boolean => asked || config.runs === 'always';
