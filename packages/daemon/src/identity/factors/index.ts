// The door of second factors.
//
// What others build on:
// - `loadSecondFactors` is a `Factors` as people asks for one: `ask` after the right password, `check` for its answer.
// - `begin(purpose, site)` and `prove(proof, purpose)` ask a signed-in person again: for a change of their account, or to approve
//   a call that a Critical rule asked about. A passkey's challenge is good for that purpose, that person and once; an approval's
//   is made of the digest of the call.
// - `enrolment` adds and removes; whoever calls it has asked for proof before.
// - `criticalRefusal` says who may approve what a Critical rule asked about.
export type { Asked } from './challenges.ts';
export type { SecondFactors } from './factors.ts';
export { loadSecondFactors } from './factors.ts';
export { type NamedSite, siteOf } from './site.ts';
export { type CriticalRefusal, criticalRefusal, factorsInUse } from './step-up.ts';
