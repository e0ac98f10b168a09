// What names may look like and how much of each there may be: the contract's own patterns and bounds, spelt again because a child has nothing
// of the contract in it. A test holds them together, and the parent parses what comes of them.

export interface Amount {
  readonly least: number;
  readonly most: number;
  readonly standard: number;
}

export const SECRET = /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/;
export const HOST =
  /^(?=.{1,255}$)(?:(?:\*\.(?=[^.:]+\.))?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(?::[1-9][0-9]{0,4})?$/;
export const TOOL = /^[a-z0-9][a-z0-9_:-]{0,63}\/[A-Za-z0-9_][A-Za-z0-9_.:-]{0,127}$/;
export const SCRIPT = /^[a-z][a-z0-9-]{0,62}$/;

export const MOST = {
  secrets: 32,
  hosts: 32,
  tools: 64,
  loads: 16,
  parameters: 64,
  parameter: 200,
  description: 300,
  author: 100,
  version: 40,
  faults: 50,
  message: 500,
  hint: 300,
} as const;

export const LIMITS = {
  seconds: { least: 1, most: 300, standard: 30 },
  steps: { least: 1000, most: 1_000_000_000, standard: 50_000_000 },
  memoryBytes: { least: 65_536, most: 268_435_456, standard: 67_108_864 },
  outputBytes: { least: 256, most: 4_194_304, standard: 262_144 },
  calls: { least: 0, most: 1000, standard: 50 },
} as const satisfies Record<string, Amount>;
