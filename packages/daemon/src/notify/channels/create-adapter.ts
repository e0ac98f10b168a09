// From a channel of the configuration to what sends for it.
import type { Channel } from '@castellan/contract';
import type { Adapter, Kit } from './adapter.ts';
import { desktop } from './desktop.ts';
import { discord } from './discord.ts';
import { email } from './email.ts';
import { ntfy } from './ntfy.ts';
import { slack } from './slack.ts';
import { telegram } from './telegram.ts';
import { webPush } from './web-push.ts';
import { webhook } from './webhook.ts';

export function createAdapter(channel: Channel, kit: Kit): Adapter {
  switch (channel.kind) {
    case 'web-push':
      return webPush(channel, kit);
    case 'ntfy':
      return ntfy(channel, kit);
    case 'telegram':
      return telegram(channel, kit);
    case 'discord':
      return discord(channel, kit);
    case 'slack':
      return slack(channel, kit);
    case 'email':
      return email(channel, kit);
    case 'desktop':
      return desktop(kit);
    case 'webhook':
      return webhook(channel, kit);
  }
}
