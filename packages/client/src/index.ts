// The public face of client: the only code that speaks the local API.
export * from './answer.ts';
export * from './client.ts';
export * from './daemon-state.ts';
export * from './events.ts';
export * from './export.ts';
export * from './socket-transport.ts';
export * from './sse.ts';
export * from './transport.ts';
