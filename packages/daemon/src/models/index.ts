// The door of models: the broker between agents and model servers.
export { openBroker } from './open-broker.ts';
