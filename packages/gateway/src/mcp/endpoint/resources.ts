// Resources: listed, read and watched. Reading one is a call of the road.
import { canonicalJson, type JsonObject, MCP_TOOLS } from '@castellan/contract';
import { conduct } from './conduct.ts';
import { fault, invalidParams, REFUSED, UPSTREAM_FAILED } from './faults.ts';
import { locate } from './locate.ts';
import { pageOf } from './page.ts';
import { ownWords } from './present.ts';
import type { Line, Run } from './run.ts';
import type { Seat } from './seat.ts';
import { checkResource } from './shape.ts';
import { shownPage } from './shown-pages.ts';
import { offeredTo } from './tools.ts';
import { type Use, use } from './use.ts';

export async function listResources(seat: Seat, params: JsonObject): Promise<JsonObject> {
  return page(seat, 'resource', 'resources', params);
}

export async function listTemplates(seat: Seat, params: JsonObject): Promise<JsonObject> {
  return page(seat, 'template', 'resourceTemplates', params);
}

/** A page of what may ever be used, with every known secret taken out. */
export async function page(
  seat: Seat,
  kind: 'resource' | 'template' | 'prompt',
  member: string,
  params: JsonObject,
): Promise<JsonObject> {
  const offered = offeredTo(seat, await seat.session(), seat.catalogue.entries[kind]);
  const found = pageOf(offered, (entry) => entry.shownAs, params.cursor);
  if (found === null) throw invalidParams('the cursor is none of this list');
  const items = found.items.map((entry) => entry.shown);
  return shownPage(seat.host.gate, seat.catalogue, member, items, found.next);
}

export async function readResource(seat: Seat, line: Line, params: JsonObject): Promise<JsonObject> {
  const asked = params.uri;
  if (typeof asked !== 'string') throw invalidParams('`uri` is not a text');
  const place = locate(seat, await seat.session(), asked, MCP_TOOLS.readResource);
  if (place === null) {
    seat.refused('resources/read', 'there is no such resource');
    throw fault(line.era === 'modern' ? -32602 : -32002, 'Resource not found', { uri: asked });
  }
  const canonical = line.era === 'modern' ? canonicalJson({ uri: asked }) : '';
  const { uri } = place;
  return conduct(seat, line, place.module.name, canonical, async (run) =>
    seat.kept.cutContents(
      await usedOr(seat, run, {
        tool: MCP_TOOLS.readResource,
        arguments: { uri },
        hookCall: undefined,
        pinned: place.definition,
        method: 'resources/read',
        params: (decided) => decided,
        check: checkResource,
      }),
    ),
  );
}

/** Outside of tools a refusal is a JSON-RPC error: no model reads the result. */
export async function usedOr(seat: Seat, run: Run, what: Use): Promise<JsonObject> {
  const used = await use(seat, run, what);
  switch (used.kind) {
    case 'result':
      return ownWords(used.result);
    case 'error':
      throw fault(used.code, used.message, used.data);
    case 'refused':
      throw fault(REFUSED, used.message);
    case 'failed':
      throw fault(UPSTREAM_FAILED, used.message);
  }
}
