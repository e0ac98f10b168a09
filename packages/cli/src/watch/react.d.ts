// The three functions of React that the screen uses. React brings no types of its own.
declare module 'react' {
  export type ReactNode = object | string | number | boolean | null | undefined;
  export function createElement<Props extends object>(
    component: (props: Props) => ReactNode,
    props: Props & { readonly key?: string | number },
    ...children: readonly ReactNode[]
  ): ReactNode;
  export function useEffect(effect: () => unknown, inputs: readonly unknown[]): void;
  export function useSyncExternalStore<Snapshot>(
    subscribe: (changed: () => void) => () => void,
    snapshot: () => Snapshot,
  ): Snapshot;
}
