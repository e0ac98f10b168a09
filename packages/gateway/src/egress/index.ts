// The door of egress: the network, for programs that a person approved to reach a host.
export { type AddressKind, addressKind } from './address.ts';
export { askedFault, onlyLooks, urlFault, type WebAsked } from './asked.ts';
export { WebFault } from './fault.ts';
export { isHostOf } from './hosts.ts';
export { type Redirected, redirectOf } from './redirect.ts';
export { type Lookup, sendWeb, type WebAnswer, type WebHost, type WebRequest, type WebResult } from './wire.ts';
