// What the suites share.
export * from './verifies.ts';
