// What the suites share: claims, folders, processes, a real daemon, command-line stories.
export type { ClaimId } from '../../claims/claims.ts';
export * from './authenticator.ts';
export * from './authenticator-app.ts';
export * from './certificate.ts';
export * from './daemon.ts';
export * from './free-port.ts';
export * from './http.ts';
export * from './model-server.ts';
export * from './person.ts';
export * from './root.ts';
export * from './run-process.ts';
export * from './run-story.ts';
export * from './story.ts';
export * from './temp-folder.ts';
export * from './verifies.ts';
