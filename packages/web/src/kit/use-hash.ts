// A link to one thing of a page (`/rules#C05.read-credentials`): the page opens what holds it and goes there once it is drawn.
import { useLocation } from '@tanstack/react-router';
import { useEffect } from 'react';

/** The id that the address asks for; empty without one. */
export const useHash = (): string => useLocation({ select: ({ hash }) => hash });

/** Goes to it as soon as it is there. @param ready whether the page has drawn its things. */
export function useGoToHash(ready: boolean): void {
  const hash = useHash();
  useEffect(() => {
    if (!ready || hash === '') return;
    const found = document.getElementById(hash);
    found?.scrollIntoView({ block: 'center' });
    found?.focus({ preventScroll: true });
  }, [ready, hash]);
}
