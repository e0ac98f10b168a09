// The public face of gateway.

export { type Answered, type Asker, type AskerHost, type Asking, createAsker } from './model/ask.ts';
export { MAX_REQUEST_BYTES } from './model/body.ts';
export {
  type Broker,
  type BrokerHost,
  type Budgeted,
  createBroker,
  type KeyAnswer,
  type ModelRecord,
  modelRefusal,
  type Redacted,
} from './model/broker.ts';
export { addressPlace, hostPlace, type Place } from './model/place.ts';
export { modelFaults } from './model/upstream.ts';
