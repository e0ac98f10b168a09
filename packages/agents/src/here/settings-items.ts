// What config.yaml says about walls and the way out of them: items. Pure.
import type { CheckItem, Config } from '@castellan/contract';
import { good, named, warn } from './item.ts';

export type IsolationConfig = Pick<Config, 'sandbox' | 'network' | 'modules'>;

/** What does not start where no walls stand. */
export interface NeedsWalls {
  readonly agents: boolean;
  readonly servers: readonly string[];
}

export const neededWalls = ({ sandbox, modules }: IsolationConfig): NeedsWalls => ({
  agents: sandbox.runs === 'always',
  servers: Object.entries(modules).flatMap(([name, { sandbox: walls }]) => (walls === undefined ? [] : [name])),
});

const listsOf = ({ network, modules }: IsolationConfig): readonly string[] => [
  ...network.allow,
  ...Object.values(network.agents).flat(),
  ...Object.values(modules).flatMap(({ sandbox }) => sandbox?.network ?? []),
];

/** `*.com`, `*.co.uk` are no owner's; two names below the star are somebody's. */
const isWide = (rule: string): boolean =>
  /^\*\.(?:[^.:]+|(?:co|com|org|net|ac|gov|edu)\.[a-z]{2})(?::\d+)?$/.test(rule);

/** Whatever anybody may write to, and read from elsewhere. */
const DROPS =
  /^(?:\*\.)?(?:pastebin\.com|transfer\.sh|file\.io|0x0\.st|webhook\.site|requestbin\.\w+|ngrok\.\w+|ngrok-free\.app|trycloudflare\.com|workers\.dev)(?::|$)/;

function hosts(config: IsolationConfig): CheckItem {
  const all = [...new Set(listsOf(config))];
  const how = config.network.newHosts === 'ask' ? 'any other is asked about' : 'any other is refused';
  const wide = all.filter(isWide);
  if (wide.length > 0)
    return warn('hosts', `${named(wide)}: no owner's, everybody's`, 'config.yaml: name the hosts themselves');
  const drops = all.filter((rule) => DROPS.test(rule));
  if (drops.length > 0)
    return warn(
      'hosts',
      `${named(drops)}: whoever gets in there can send anything out`,
      'config.yaml: take it out of `network`, and answer when it is asked for',
    );
  return good('hosts', `${all.length === 0 ? 'none is listed' : named(all)}; ${how}`);
}

function privateHosts({ network: { privateHosts: all } }: IsolationConfig): CheckItem {
  if (all.length === 0) return good('private-hosts', 'no private host is listed');
  const evidence = `${named(all)}: whatever listens there counts each of them as a neighbour`;
  return warn('private-hosts', evidence, 'config.yaml: leave in `network.privateHosts` what agents really need');
}

const further = ({ sandbox: { read, write } }: IsolationConfig): CheckItem => {
  if (write.length > 0)
    return warn('further', `they may also change ${named(write)}`, 'config.yaml: `sandbox.write`, if not needed');
  return good('further', read.length === 0 ? 'nothing further is listed' : `they may also read ${named(read)}`);
};

export const settingsItems = (config: IsolationConfig): readonly CheckItem[] => [
  hosts(config),
  privateHosts(config),
  further(config),
];
