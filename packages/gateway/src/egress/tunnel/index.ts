// The door of tunnels: ways out of walls.
export { destinationOf, isListed, placeOf } from './destination.ts';
export { Tunnels } from './tunnels.ts';
export type { Asked, Ended, Owner, Passage, ReadHttp, Refusal } from './types.ts';
