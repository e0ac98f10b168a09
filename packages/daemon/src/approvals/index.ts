// The door of approvals.
export { ApprovalCoordinator, type ResolveResult } from './coordinator.ts';
export { waitFor } from './wait.ts';
