// The door of API tokens and invitations.
export { type ApiTokens, loadApiTokens } from './api-tokens.ts';
export { type Invites, loadInvites } from './invites.ts';
