// How much waits, where it can be seen from afar: the title, the icon of the tab, the badge of the installed page.
import { useEffect } from 'react';
import { useWaitingCount } from '../connection/use-waiting.ts';
import { useWaitingTitle } from '../kit/page-title.ts';

interface Badging {
  setAppBadge?: (count: number) => Promise<void>;
  clearAppBadge?: () => Promise<void>;
}

function markIcon(waits: boolean): void {
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  if (icon !== null) icon.href = waits ? '/icon-waiting.svg' : '/icon.svg';
}

export function WaitingBadge() {
  const waiting = useWaitingCount();
  useWaitingTitle(waiting);
  useEffect(() => {
    markIcon(waiting > 0);
    const badging: Badging = navigator;
    // Not everywhere, and never needed: the number also stands in the title.
    const done = waiting > 0 ? badging.setAppBadge?.(waiting) : badging.clearAppBadge?.();
    done?.catch(() => undefined);
  }, [waiting]);
  return null;
}
