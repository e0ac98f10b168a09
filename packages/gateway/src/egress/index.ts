// The door of egress: the network, for programs that a person approved to reach a host.
export { askedFault, onlyLooks, urlFault } from './asked.ts';
export { WebFault } from './fault.ts';
export { isHostOf } from './hosts.ts';
export { type Redirected, redirectOf } from './redirect.ts';
export {
  type Asked,
  destinationOf,
  type Ended,
  isListed,
  type Owner,
  type Passage,
  placeOf,
  type ReadHttp,
  type Refusal,
  Tunnels,
} from './tunnel/index.ts';
export { sendWeb, type WebAnswer, type WebHost } from './wire.ts';
