// The way to a server that is reached by Streamable HTTP.
import type { McpHttp } from '@castellan/contract';
import type { Connecting, Way } from './connection.ts';

export async function openHttp(way: Way, start: McpHttp): Promise<Connecting> {
  return { ok: false, kind: 'unusable', why: `\`${way.module}\` is at ${start.url}`, hint: 'wait' };
}
