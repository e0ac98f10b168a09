// An authenticator in software (ES256): what a security key and the browser before it answer to WebAuthn options, written after
// the standard. It also lies, one lie at a time, so that each check of the other side can be seen to hold.
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

type Cbor = number | string | Uint8Array | ReadonlyMap<number | string, Cbor> | readonly Cbor[];

function head(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value]);
  if (value < 256) return Buffer.from([(major << 5) | 24, value]);
  return Buffer.from([(major << 5) | 25, value >> 8, value & 255]);
}

function cbor(value: Cbor): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value]);
  if (value instanceof Map) return Buffer.concat([head(5, value.size), ...[...value].flat().map(cbor)]);
  const items = value as readonly Cbor[];
  return Buffer.concat([head(4, items.length), ...items.map(cbor)]);
}

const sha256 = (bytes: string | Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

/** What a page hands over; as the daemon made it. */
export interface MakingOptions {
  readonly challenge: string;
  readonly rp: { readonly id: string };
  readonly user: { readonly id: string };
}
export interface UsingOptions {
  readonly challenge: string;
  readonly rpId: string;
  readonly allowCredentials?: readonly { readonly id: string }[];
}

/** One lie, or none. */
export interface Lie {
  readonly challenge?: string;
  readonly rpId?: string;
  readonly origin?: string;
  readonly type?: string;
  readonly crossOrigin?: boolean;
  /** Nobody touched it. */
  readonly absent?: boolean;
  /** Nobody showed a finger or a PIN. */
  readonly unverified?: boolean;
  readonly counter?: number;
  readonly userHandle?: string | null;
  /** The words of the browser are changed after they were signed. */
  readonly tampered?: boolean;
  readonly signedBy?: KeyObject;
  readonly attestation?: 'none' | 'packed' | 'packed-wrong' | 'certificate';
}

interface Held {
  readonly id: Buffer;
  readonly rpId: string;
  readonly userHandle: string;
  readonly key: KeyObject;
  counter: number;
}

export interface Authenticator {
  /** Answers to `navigator.credentials.create`, on a page of `origin`. */
  create(options: MakingOptions, origin: string, lie?: Lie): Record<string, unknown>;
  /** Answers to `navigator.credentials.get`. @throws Error when it holds nothing that was asked for. */
  get(options: UsingOptions, origin: string, lie?: Lie): Record<string, unknown>;
}

/** A certificate no daemon should look into: only its presence counts. */
const CERTIFICATE = Buffer.from('30820001', 'hex');

export function softAuthenticator(): Authenticator {
  const held: Held[] = [];
  const clientData = (type: string, challenge: string, origin: string, lie: Lie): Buffer =>
    Buffer.from(
      JSON.stringify({
        type: lie.type ?? type,
        challenge: lie.challenge ?? challenge,
        origin: lie.origin ?? origin,
        crossOrigin: lie.crossOrigin ?? false,
      }),
    );
  const data = (rpId: string, counter: number, lie: Lie, credential = Buffer.alloc(0)): Buffer => {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(lie.counter ?? counter);
    const flags = (lie.absent ? 0 : 1) | (lie.unverified || lie.absent ? 0 : 4) | (credential.length > 0 ? 0x40 : 0);
    return Buffer.concat([sha256(lie.rpId ?? rpId), Buffer.from([flags]), count, credential]);
  };
  return {
    create(options, origin, lie = {}) {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
      const id = randomBytes(32);
      const cose = new Map<number, Cbor>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, Buffer.from(x, 'base64url')],
        [-3, Buffer.from(y, 'base64url')],
      ]);
      const authData = data(
        options.rp.id,
        0,
        lie,
        Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, cbor(cose)]),
      );
      const clientDataJSON = clientData('webauthn.create', options.challenge, origin, lie);
      const kind = lie.attestation ?? 'none';
      const sig = sign('sha256', Buffer.concat([authData, sha256(clientDataJSON)]), lie.signedBy ?? privateKey);
      if (kind === 'packed-wrong') sig[sig.length - 1] = (sig.at(-1) ?? 0) ^ 1;
      const statement = new Map<string, Cbor>(
        kind === 'none'
          ? []
          : [['alg', -7], ['sig', sig], ...(kind === 'certificate' ? [['x5c', [CERTIFICATE]] as const] : [])],
      );
      const attestationObject = cbor(
        new Map<string, Cbor>([
          ['fmt', kind === 'none' ? 'none' : 'packed'],
          ['attStmt', statement],
          ['authData', authData],
        ]),
      );
      held.push({ id, rpId: options.rp.id, userHandle: options.user.id, key: privateKey, counter: 0 });
      const sent = lie.tampered ? Buffer.from(`${clientDataJSON.toString().slice(0, -1)},"x":1}`) : clientDataJSON;
      return {
        id: base64url(id),
        rawId: base64url(id),
        type: 'public-key',
        response: {
          clientDataJSON: base64url(sent),
          attestationObject: base64url(attestationObject),
          transports: ['internal'],
        },
        clientExtensionResults: {},
      };
    },
    get(options, origin, lie = {}) {
      const wanted = options.allowCredentials ?? [];
      const mine = held.findLast(
        ({ id, rpId }) =>
          rpId === options.rpId && (wanted.length === 0 || wanted.some((each) => each.id === base64url(id))),
      );
      if (mine === undefined) throw new Error('this authenticator holds no such passkey');
      mine.counter += 1;
      const authData = data(options.rpId, mine.counter, lie);
      const clientDataJSON = clientData('webauthn.get', options.challenge, origin, lie);
      const signature = sign('sha256', Buffer.concat([authData, sha256(clientDataJSON)]), lie.signedBy ?? mine.key);
      const sent = lie.tampered ? Buffer.from(`${clientDataJSON.toString().slice(0, -1)},"x":1}`) : clientDataJSON;
      const handle = lie.userHandle === undefined ? mine.userHandle : lie.userHandle;
      return {
        id: base64url(mine.id),
        rawId: base64url(mine.id),
        type: 'public-key',
        response: {
          clientDataJSON: base64url(sent),
          authenticatorData: base64url(authData),
          signature: base64url(signature),
          ...(handle === null ? {} : { userHandle: handle }),
        },
        clientExtensionResults: {},
      };
    },
  };
}
