// The door of approvals.
export { CanaryDesk } from './canary-desk.ts';

export { CAPACITY } from './capacity.ts';
export { ApprovalCoordinator, type ResolveResult, type ShownFactor } from './coordinator.ts';
export { criticalAsked } from './critical.ts';
export { restored } from './edited.ts';
export { waitFor } from './wait.ts';
