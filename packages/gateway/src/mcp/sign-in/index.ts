// Signing in to a server by OAuth 2.1 (M6): the protocol, without whose sign-in it is and where tokens are kept.
export { codeText } from './faults.ts';
export { challengeOf, findSignIn } from './find.ts';
export { authorizationOf, exchangeCode, type Parties, refreshTokens, registerClient, revokeToken } from './flow.ts';
export { hostsOf, strangerOf } from './hosts.ts';
export type { Granted, SignInAnswer, SignInChallenge, SignInClient, SignInServer } from './types.ts';
