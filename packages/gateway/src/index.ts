// The public face of gateway.

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
export { modelFaults } from './model/upstream.ts';
