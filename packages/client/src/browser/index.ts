// The face of client where there is no Node: what knows no `node:*`. A bundler that makes a page takes it by the `browser`
// condition of package.json, so that a page cannot reach for sockets and files by mistake.
export * from '../answer.ts';
export * from '../client.ts';
export * from '../export.ts';
export * from '../transport.ts';
