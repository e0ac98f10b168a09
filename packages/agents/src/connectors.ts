// The agents that can be connected: adding one is a folder and a row here.
import type { AgentKind, ConnectorName } from '@castellan/contract';
import { claudeCode } from './claude-code/connector.ts';
import { codexConnector } from './codex/connector.ts';
import type { Connector } from './connector.ts';
import { claudeDesktop } from './gateway-clients/clients/claude-desktop.ts';
import { cursor } from './gateway-clients/clients/cursor.ts';
import { geminiCli } from './gateway-clients/clients/gemini-cli.ts';
import { goose } from './gateway-clients/clients/goose.ts';
import { vscode } from './gateway-clients/clients/vscode.ts';
import { windsurf } from './gateway-clients/clients/windsurf.ts';
import { zed } from './gateway-clients/clients/zed.ts';
import { openCodeConnector } from './opencode/connector.ts';

/** A row each, in the order they are shown. */
const ROWS: Readonly<Record<ConnectorName, Connector>> = {
  'claude-code': claudeCode,
  opencode: openCodeConnector,
  codex: codexConnector,
  'claude-desktop': claudeDesktop,
  cursor,
  vscode,
  windsurf,
  'gemini-cli': geminiCli,
  goose,
  zed,
};

/** Every connector there is. */
export const CONNECTORS: readonly Connector[] = Object.values(ROWS);

/** By what a person wrote; null: nobody knows it. */
export const connectorNamed = (name: string): Connector | null => CONNECTORS.find((one) => one.name === name) ?? null;

/** Of a connection's record. */
export const connectorOf = (name: ConnectorName): Connector => ROWS[name];

/** Hosts that an agent of this kind reaches within walls without a question: its model, and the sign-in to it. */
export const hostsOf = (kind: AgentKind): readonly string[] => CONNECTORS.find((one) => one.kind === kind)?.hosts ?? [];
