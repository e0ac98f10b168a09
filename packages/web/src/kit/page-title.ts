// The title of the tab: the page, and in front of it how many approvals wait. Set here so that two parts do not fight over it.
import { useEffect, useSyncExternalStore } from 'react';

let page = 'Castellan';
let waiting = 0;
const listeners = new Set<() => void>();

function draw(): void {
  const name = page === 'Castellan' ? page : `${page} · Castellan`;
  document.title = waiting === 0 ? name : `(${waiting}) ${name}`;
  for (const listener of listeners) listener();
}

/** What the page is called while the component is shown. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    page = title;
    draw();
  }, [title]);
}

/** How many approvals wait. */
export function useWaitingTitle(count: number): void {
  useEffect(() => {
    waiting = count;
    draw();
    return () => {
      waiting = 0;
      draw();
    };
  }, [count]);
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** The title of the page that is shown, for the bar of a phone. */
export const useShownTitle = (): string => useSyncExternalStore(subscribe, () => page);
