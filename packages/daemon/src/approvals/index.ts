// The door of approvals.

export { CAPACITY } from './capacity.ts';
export { ApprovalCoordinator, type ResolveResult } from './coordinator.ts';
export { restored } from './edited.ts';
export { waitFor } from './wait.ts';
