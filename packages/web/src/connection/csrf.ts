// The half of a sign-in that the page keeps. INVARIANT: it lives in localStorage, which another port of this machine cannot
// read, while the cookie is sent to all of them: one half alone is nobody.

const KEY = 'castellan.csrf';

export interface CsrfStore {
  get(): string | null;
  set(value: string): void;
  forget(): void;
  /** Told when another tab signs in or out. */
  onChange(listener: () => void): () => void;
}

export function csrfStore(
  storage: Storage,
  events: Pick<Window, 'addEventListener' | 'removeEventListener'>,
): CsrfStore {
  return {
    get: () => storage.getItem(KEY),
    set: (value) => storage.setItem(KEY, value),
    forget: () => storage.removeItem(KEY),
    onChange: (listener) => {
      const heard = (event: StorageEvent): void => {
        if (event.key === KEY || event.key === null) listener();
      };
      events.addEventListener('storage', heard);
      return () => events.removeEventListener('storage', heard);
    },
  };
}
