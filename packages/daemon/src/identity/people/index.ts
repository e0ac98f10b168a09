// The door of people: accounts, passwords, set-up, and every way of signing in.
//
// What others build on:
// - A way of signing in proves who somebody is by its own means and then calls `people.start(user, factor, asking)`: the one
//   function that makes a sign-in, records it and gives what the carrier needs. `http/signed-in.ts` turns what it gives into the
//   answer and its cookies: `signedIn(people, context, started)`.
// - Second factors are a `Factors` (factors.ts), handed to `openPeople`. After the right password `ask` says whether one is
//   needed; `people.signIn` then answers `factor-needed` with a challenge (5 minutes, single use, at most 256, in memory, five
//   wrong answers), and `people.finish(challenge, proof, asking)` completes it through `check`. Passkeys alone: verify the
//   assertion, then `people.start(user, 'passkey', asking)`.
// - `people.knows(user, password, from)` asks a signed-in person for the password again, with the same limits.
// - `people.choose(name, password)` applies the rule and hashes: for whoever is invited and sets a first password with
//   `users.setPassword`. `users.add/change/remove` keep the last admin; `people.endWhere` ends what stands open.
//   Call `people.changed()` after a role changed or somebody was kept out.
// - `people.onChange` tells that a sign-in ended or a person changed; `people.now(signIn)` says who that is from now on, or null.
//   `identity.now` and `identity.subscribe` are the same for every kind of actor.
// - `people.journal` writes the records of kind `sign-in` and `person`.
export { addressGroup } from './address-group.ts';
export { openPeople, type PeopleRoom } from './open-people.ts';
export type { Asking, People, SignInResult, Started } from './people.ts';
export type { SetUp, SetUpPlace } from './set-up.ts';
export type { From } from './sign-ins.ts';
export { type Changed, isMore } from './users.ts';
