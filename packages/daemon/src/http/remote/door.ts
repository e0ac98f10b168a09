// The second listener as a thing with a life: opened as config.yaml says and as far as it is safe, kept as it is while that
// cannot be had, closed when it is no longer wanted (N2). INVARIANT: it is never open without TLS or a named proxy, before an
// account exists, or without anybody who could sign in.
import type { Remote } from '@castellan/contract';
import type { Alarms } from '../../alarms/index.ts';
import type { BoundPorts } from '../../bound-ports.ts';
import type { Clock } from '../../clock.ts';
import { errnoOf, StartError } from '../../start-error.ts';
import { addressList, addressText } from '../allow-list.ts';
import { type Certificate, listenRemote, type RemoteListening, type Service } from '../listeners.ts';
import { readCertificate } from './certificate.ts';
import { proxiedAddress } from './proxied.ts';
import { peoplesService } from './service.ts';
import { type Fault, type RemoteSettings, wantedRemote } from './settings.ts';

export interface RemoteHost {
  readonly clock: Clock;
  readonly alarms: Pick<Alarms, 'raise' | 'end'>;
  readonly ports: BoundPorts;
  readonly config: () => Remote;
  /** Why nobody could sign in there, or null. */
  readonly notReady: () => Fault | null;
  /** Made when it is first needed. */
  readonly service: () => Promise<Service>;
  readonly turnedAway: (address: string, why: string) => void;
}

interface Open {
  readonly settings: RemoteSettings;
  readonly listening: RemoteListening;
  certificate: Certificate | null;
}

/** Why it is not as it should be. `waits`: only a person can bring it about, and this is no fault of the start. */
type Without = Fault & { readonly waits: boolean };

/** How often the configuration and the files of the certificate are looked at: whatever renews those tells nobody. */
const LOOK_MS = 2000;

const sameText = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

export class RemoteDoor implements AsyncDisposable {
  readonly #host: RemoteHost;
  #open: Open | null = null;
  #trouble: Without | null = null;
  /** One change after the other. */
  #turn: Promise<void> = Promise.resolve();
  #stopLooking = (): void => {};

  private constructor(host: RemoteHost) {
    this.#host = host;
  }

  /** @throws StartError where config.yaml asks for what cannot be had. What only a person can bring about is waited for. */
  static async open(host: RemoteHost): Promise<RemoteDoor> {
    const door = new RemoteDoor(host);
    const without = await door.#bring();
    if (without !== null && !without.waits)
      throw new StartError('remote-unusable', without.text, [without.hint, 'or set `remote.enabled` to false']);
    door.#tell(without);
    door.#stopLooking = host.clock.every(LOOK_MS, () => door.look());
    return door;
  }

  /** Where people come in; null: nowhere. */
  get address(): string | null {
    return this.#open?.settings.address ?? null;
  }

  /** Something it depends on may have changed: the configuration, a certificate, an account. */
  look(): void {
    this.#turn = this.#turn
      .then(() => this.#bring())
      // A bug must neither end the daemon nor go unseen.
      .catch((error: unknown) => ({ waits: false, text: String(error), hint: 'this is a bug; please report it' }))
      .then((without) => this.#tell(without));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopLooking();
    await this.#turn;
    await this.#close();
  }

  #tell(fault: Without | null): void {
    if (sameText(fault, this.#trouble)) return;
    this.#trouble = fault;
    if (fault === null) this.#host.alarms.end('remote-closed', null);
    else {
      const still = this.#open === null ? 'closed' : 'open as it was before';
      this.#host.alarms.raise('remote-closed', null, `the way in for people is ${still}: ${fault.text}`, fault.hint);
    }
  }

  async #close(): Promise<void> {
    const open = this.#open;
    this.#open = null;
    await open?.listening[Symbol.asyncDispose]();
  }

  /** Brings it to what is wanted. @returns why that could not be done. */
  async #bring(): Promise<Without | null> {
    const wanted = wantedRemote(this.#host.config());
    if (wanted.kind === 'off') {
      await this.#close();
      return null;
    }
    if (wanted.kind === 'fault') return { ...wanted.fault, waits: false };
    const { settings } = wanted;
    const read = settings.tls === null ? null : readCertificate(settings.tls, settings.name, this.#host.clock.now());
    if (read?.kind === 'fault') return { ...read.fault, waits: false };
    const notReady = this.#host.notReady();
    if (notReady !== null) {
      await this.#close();
      return { ...notReady, waits: true };
    }
    const certificate = read?.certificate ?? null;
    const open = this.#open;
    if (open === null || !sameText(open.settings, settings)) return this.#replace(settings, certificate);
    if (certificate !== null && !sameText(open.certificate, certificate)) {
      open.listening.renew(certificate);
      open.certificate = certificate;
    }
    return null;
  }

  /** Everybody connected under the former settings is let go: they might not be let in under these. */
  async #replace(settings: RemoteSettings, certificate: Certificate | null): Promise<Without | null> {
    const before = this.#open;
    await this.#close();
    const fault = await this.#start(settings, certificate);
    if (fault !== null && before !== null) await this.#start(before.settings, before.certificate);
    return fault;
  }

  async #start(settings: RemoteSettings, certificate: Certificate | null): Promise<Without | null> {
    const { host, port, name, tls, proxies, allow } = settings;
    const [fromProxies, allowed] = [addressList(proxies), addressList(allow)];
    const mayCome = (address: string): boolean => allow.length === 0 || allowed.has(address);
    const { turnedAway, ports } = this.#host;
    try {
      const listening = await listenRemote({
        host,
        port,
        ports,
        tls: certificate,
        listener: { kind: 'remote', host: name },
        address: (message) =>
          tls === null ? proxiedAddress(message, fromProxies) : addressText(message.socket.remoteAddress ?? ''),
        mayConnect: (peer) => {
          const may = tls === null ? fromProxies.has(peer) : mayCome(peer);
          if (!may) turnedAway(addressText(peer), tls === null ? 'not the proxy' : 'not in `remote.allow`');
          return may;
        },
        service: peoplesService(await this.#host.service(), { name, behindProxy: tls === null, mayCome, turnedAway }),
      });
      this.#open = { settings, listening, certificate };
      return null;
    } catch (error) {
      return {
        waits: false,
        text: `cannot listen on \`${host}\` port ${port} (${errnoOf(error)})`,
        hint: 'change `remote.host` or `remote.port`',
      };
    }
  }
}
