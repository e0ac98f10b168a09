// The door of approvals.
export { CAPACITY } from './capacity.ts';
export { ApprovalCoordinator, type ResolveResult } from './coordinator.ts';
export { waitFor } from './wait.ts';
