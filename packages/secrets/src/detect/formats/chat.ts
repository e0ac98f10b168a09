// Tokens of chat, mail and telephone services.
import type { TokenFormat } from '../format.ts';

const SLACK = 'docs.slack.dev/authentication/tokens';
const SENDGRID = 'docs.sendgrid.com/ui/account-and-settings/api-keys';
const DISCORD = 'discord.com/developers/docs/reference';

/** A bot's token begins with its id in base64: a number, so its first two digits settle the first three characters. */
const DISCORD_SHAPES = Array.from(
  { length: 90 },
  (_, at) => `${btoa(`${at + 10}0`).slice(0, 3)}{w20-25}.{b6}.{b27-38}`,
);

const TWILIO_SHAPES = Array.from('0123456789abcdef', (digit) => `SK${digit}{h31}`);

export const CHAT: readonly TokenFormat[] = [
  {
    id: 'slack-bot-token',
    shapes: ['xoxb-{d10-13}-{d10-13}-{w18-36}', 'xoxb-{d8-14}-{w18-26}'],
    source: SLACK,
  },
  {
    id: 'slack-user-token',
    shapes: [
      'xoxp-{d10-13}-{d10-13}-{d10-13}-{w28-34}',
      'xoxp-{d10-13}-{d9-13}-{d10-13}-{w28-64}',
      'xoxe-{d10-13}-{d10-13}-{d10-13}-{w28-34}',
    ],
    source: SLACK,
  },
  { id: 'slack-app-token', shapes: ['xapp-{d1}-{N8-14}-{d10-14}-{n32-128}'], source: SLACK },
  { id: 'slack-config-token', shapes: ['xoxe.xoxp-{d1}-{w140-200}', 'xoxe.xoxb-{d1}-{w140-200}'], source: SLACK },
  { id: 'slack-refresh-token', shapes: ['xoxe-{d1}-{w120-180}'], source: SLACK },
  {
    id: 'slack-legacy-token',
    shapes: ['xoxs-{d6-13}-{d6-13}-{d6-13}-{X8-64}', 'xoxo-{d6-13}-{d6-13}-{d6-13}-{X8-64}'],
    source: SLACK,
  },
  {
    id: 'slack-legacy-workspace-token',
    shapes: ['xoxa-{d1}-{w8-64}', 'xoxr-{d1}-{w8-64}', 'xoxa-{w8-64}', 'xoxr-{w8-64}'],
    plain: true,
    source: SLACK,
  },
  {
    id: 'slack-session',
    shapes: ['xoxc-{d10-13}-{d10-13}-{d10-13}-{h64}', 'xoxd-{b60-400}', 'xoxd-{w60-400}'],
    source: SLACK,
  },
  {
    id: 'slack-webhook',
    shapes: [
      'https://hooks.slack.com/services/{N9-12}/{N8-12}/{w20-24}',
      'http://hooks.slack.com/services/{N9-12}/{N8-12}/{w20-24}',
      'hooks.slack.com/services/{N9-12}/{N8-12}/{w20-24}',
    ],
    plain: true,
    source: 'docs.slack.dev/messaging/sending-messages-using-incoming-webhooks',
  },
  {
    id: 'slack-workflow-webhook',
    shapes: [
      'https://hooks.slack.com/workflows/{B40-120}',
      'https://hooks.slack.com/services/{B40-120}',
      'http://hooks.slack.com/services/{B40-120}',
      'http://hooks.slack.com/workflows/{B40-120}',
      'hooks.slack.com/workflows/{B40-120}',
      'hooks.slack.com/services/{B40-120}',
      'https://hooks.slack.com/triggers/{B40-120}',
      'hooks.slack.com/triggers/{B40-120}',
    ],
    source: 'slack.com/help/articles/360041352714',
  },
  { id: 'discord-bot-token', shapes: DISCORD_SHAPES, source: DISCORD },
  { id: 'telegram-bot-token', shapes: ['{d8-10}:AA{b33}'], source: 'core.telegram.org/bots/api' },
  { id: 'discord-mfa-token', shapes: ['mfa.{b84}'], source: DISCORD },
  {
    id: 'discord-webhook',
    shapes: [
      'https://discord.com/api/webhooks/{d17-20}/{b60-80}',
      'https://discordapp.com/api/webhooks/{d17-20}/{b60-80}',
    ],
    source: 'discord.com/developers/docs/resources/webhook',
  },
  {
    id: 'teams-webhook',
    shapes: [
      '{b1-63}.webhook.office.com/webhookb2/{n8}-{n4}-{n4}-{n4}-{n12}@{n8}-{n4}-{n4}-{n4}-{n12}/IncomingWebhook/{n32}/{n8}-{n4}-{n4}-{n4}-{n12}',
    ],
    plain: true,
    source: 'learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors',
  },
  { id: 'sendgrid-key', shapes: ['SG.{b22}.{b43}', 'SG.{t66}'], source: SENDGRID },
  {
    id: 'mailgun-key',
    shapes: ['key-{h32}'],
    needsName: true,
    source: 'documentation.mailgun.com/docs/mailgun/user-manual/api-key-mgmt/rbac-mgmt',
  },
  { id: 'mailgun-public-key', shapes: ['pubkey-{h32}'], needsName: true, source: 'documentation.mailgun.com' },
  {
    id: 'brevo-key',
    shapes: ['xkeysib-{h64}-{w16}', 'xsmtpsib-{h64}-{w16}'],
    source: 'developers.brevo.com/docs/getting-started',
  },
  { id: 'resend-key', shapes: ['re_{w8}_{w24}'], source: 'resend.com/docs/api-reference/introduction' },
  { id: 'mailersend-key', shapes: ['mlsn.{h64}'], source: 'developers.mailersend.com' },
  { id: 'twilio-key', shapes: TWILIO_SHAPES, source: 'twilio.com/docs/glossary/what-is-a-sid' },
  { id: 'telnyx-key', shapes: ['KEY{X32}_{w22}'], source: 'developers.telnyx.com/docs/v2/api-keys' },
  { id: 'courier-key', shapes: ['pk_prod_{N28}', 'dk_prod_{N28}'], source: 'courier.com/docs/reference/auth' },
  {
    id: 'intercom-token',
    shapes: ['dG9rO{B40-80}{=0-2}'],
    source: 'developers.intercom.com/docs/build-an-integration/learn-more/authentication',
  },
  { id: 'matrix-token', shapes: ['syt_{w4-80}_{w20}_{w6}'], source: 'matrix-org.github.io/synapse' },
];
