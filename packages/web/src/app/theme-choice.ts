// Light, dark, or as the device says: kept in this browser, applied before the first paint.
import type { MantineColorScheme, MantineColorSchemeManager } from '@mantine/core';

export type ThemeChoice = MantineColorScheme;

const KEY = 'castellan.theme';

export function storedTheme(storage: Pick<Storage, 'getItem'>): ThemeChoice {
  const text = storage.getItem(KEY);
  return text === 'light' || text === 'dark' ? text : 'auto';
}

const schemeOf = (choice: ThemeChoice): 'light' | 'dark' =>
  choice !== 'auto' ? choice : matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';

export function applyTheme(root: HTMLElement, choice: ThemeChoice): void {
  root.setAttribute('data-mantine-color-scheme', schemeOf(choice));
}

/** Mantine keeps the choice through this, so that there is one key and one parser. */
export function themeManager(storage: Storage): MantineColorSchemeManager {
  let onStorage: ((event: StorageEvent) => void) | null = null;
  return {
    get: () => storedTheme(storage),
    set: (value) => storage.setItem(KEY, value),
    subscribe: (update) => {
      onStorage = (event) => {
        if (event.key === KEY) update(storedTheme(storage));
      };
      addEventListener('storage', onStorage);
    },
    unsubscribe: () => {
      if (onStorage !== null) removeEventListener('storage', onStorage);
    },
    clear: () => storage.removeItem(KEY),
  };
}
