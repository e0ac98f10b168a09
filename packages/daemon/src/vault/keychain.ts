// The keychain of the operating system. Missing, broken, locked or silent: every one of them is an answer, none an error.
import type { Clock } from '../clock.ts';

export interface Keychain {
  get(name: string): Promise<string | null>;
  /** Whether it keeps it: read back before it is believed. */
  set(name: string, value: string): Promise<boolean>;
  delete(name: string): Promise<void>;
}

const SERVICE = 'castellan';
/** A person may be asked to unlock it; a machine without a person does not wait for ever. */
const WAIT_MS = 15_000;

/** Loaded when it is first needed: it is a program of the operating system's, and most starts need none. */
export function openKeychain(clock: Clock): Keychain {
  const entry = async (name: string) => {
    const { AsyncEntry } = await import('@napi-rs/keyring');
    // Not the kernel's keyring, the other store on Linux: it forgets at the next start of the machine.
    return new AsyncEntry(SERVICE, name, { linux: { store: 'secret-service' } });
  };
  const inTime = async <T>(asked: Promise<T>): Promise<T> => {
    const { promise, reject } = Promise.withResolvers<never>();
    const cancel = clock.after(WAIT_MS, () => reject(new Error('the keychain did not answer')));
    return Promise.race([asked, promise]).finally(cancel);
  };
  return {
    get: (name) => inTime(entry(name).then((found) => found.getPassword())),
    async set(name, value) {
      try {
        const found = await entry(name);
        await inTime(found.setPassword(value));
        return (await inTime(found.getPassword())) === value;
      } catch {
        return false;
      }
    },
    async delete(name) {
      await inTime(entry(name).then((found) => found.deletePassword())).catch(() => undefined);
    },
  };
}
