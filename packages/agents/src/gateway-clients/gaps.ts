// Ways past that many clients share, in the words of each.
import type { ConnectorName, Gap } from '@castellan/contract';

/** Tools the client brings along: it runs them itself, and no call of them reaches the gateway. */
export const ownToolsGap = (name: ConnectorName, id: string, way: string, closedBy: string | null): Gap => ({
  id: `${name}/${id}`,
  way,
  closedBy,
  alarm: null,
});

/** Servers of the same file are started by the client, not by us. */
export const otherServersGap = (name: ConnectorName, more = ''): Gap => ({
  id: `${name}/other-servers`,
  way: `other MCP servers of its settings${more} are reached without the gateway`,
  closedBy: `\`castellan modules import --client ${name}\``,
  alarm: 'hooks-bypassed, for those that come into the same file later',
});

/** What the entry itself cannot keep from happening. */
export const removedGap = (name: ConnectorName): Gap => ({
  id: `${name}/entry-removed`,
  way: 'whoever may write its settings can take our entry out; it then works without the gateway',
  closedBy: null,
  alarm: 'hooks-missing',
});
