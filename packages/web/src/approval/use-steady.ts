// Buttons and keys are dead for a moment after a card changes, so that nobody answers a question they have not seen (H2).
import { useEffect, useState } from 'react';

export const STEADY_MS = 400;

/** False until `what` has been the same, and the page been looked at, for 400 ms. */
export function useSteady(what: string): boolean {
  const [steady, setSteady] = useState<string | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const begin = (): void => {
      clearTimeout(timer);
      setSteady(null);
      timer = setTimeout(() => setSteady(what), STEADY_MS);
    };
    begin();
    // Somebody who comes back to the window may press where something else was before.
    addEventListener('focus', begin);
    return () => {
      clearTimeout(timer);
      removeEventListener('focus', begin);
    };
  }, [what]);
  return steady === what;
}
