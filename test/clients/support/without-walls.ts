// As nobody asked for walls, and the configuration says nothing of them.
import type { RunWalls } from '@castellan/agents';
import { sandboxConfigSchema } from '@castellan/contract';

export const WITHOUT_WALLS: RunWalls = { asked: false, config: sandboxConfigSchema.parse({}) };
