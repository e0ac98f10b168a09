// What config.yaml allows that Castellan does not allow by itself: each setting by its name, with what it says. Pure. What other items
// tell (the preset, redaction, hosts of confined programs) is not told again.
import { type Config, DEFAULT_CONFIG } from '@castellan/contract';

interface Fields {
  readonly [name: string]: unknown;
}
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A budget that is off, or holds later than the one it comes with. */
function budgets(own: unknown, shipped: unknown, path: string): readonly string[] {
  if (isFields(own))
    return Object.entries(own).flatMap(([name, value]) =>
      budgets(value, isFields(shipped) ? shipped[name] : undefined, `${path}.${name}`),
    );
  if (own === null) return shipped === null ? [] : [`${path}: off`];
  return typeof own === 'number' && typeof shipped === 'number' && own > shipped ? [`${path}: ${own}`] : [];
}

function modulesOf({ modules }: Config): readonly string[] {
  return Object.entries(modules).flatMap(([name, { level, tools }]) => [
    ...(level === 'allow' ? [`modules.${name}.level: allow`] : []),
    ...Object.entries(tools).flatMap(([tool, one]) =>
      one === 'allow' ? [`modules.${name}.tools.${tool}: allow`] : [],
    ),
  ]);
}

/** `name: value` of each, in the order of the file's schema. */
export function loosenedIn(config: Config): readonly string[] {
  const { network, browser, cloud, approvals } = config;
  return [
    ...modulesOf(config),
    ...budgets(config.limits, DEFAULT_CONFIG.limits, 'limits'),
    ...browser.hosts.filter((host) => host.startsWith('*.')).map((host) => `browser.hosts: ${host}`),
    ...cloud.services.map((host) => `cloud.services: ${host}`),
    ...(approvals.wait && !DEFAULT_CONFIG.approvals.wait ? [`approvals.wait: ${approvals.waitSeconds} s`] : []),
    ...(network.newHosts !== DEFAULT_CONFIG.network.newHosts && network.newHosts === 'ask'
      ? ['network.newHosts: ask']
      : []),
  ];
}
