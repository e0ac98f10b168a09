// The door of verifications: agents proven through their real clients, and how each stands.
export { InstalledClients } from './installed.ts';
export { type Proof, Verifications } from './verifications.ts';
