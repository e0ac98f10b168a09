// The door of egress: the sockets of agents, and the ways out of walls.
export { AgentDoors } from './doors.ts';
