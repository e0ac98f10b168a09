// The door of egress: the sockets of agents, and the ways out of walls.
export { AgentDoors, TOO_DEEP } from './doors.ts';
export { type Egress, openEgress } from './open-egress.ts';
