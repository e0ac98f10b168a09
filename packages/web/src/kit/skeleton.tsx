// What stands where something is being loaded: its shape, still, and said once to a screen reader.
import css from './skeleton.module.css';

export function Skeleton({ lines = 3 }: { readonly lines?: number }) {
  return (
    <div className={css.block} role="status">
      <span className="sr-only">Loading</span>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike and never move
        <span key={line} className={css.line} data-n={line % 4} />
      ))}
    </div>
  );
}

export function PageSkeleton() {
  return (
    <div className={css.page}>
      <Skeleton lines={6} />
    </div>
  );
}
