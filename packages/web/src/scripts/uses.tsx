// What was used of what may be used, a meter each.
import kit from '../kit/rows.module.css';
import type { Use } from './model.ts';
import css from './scripts.module.css';

const NEARLY = 0.8;

export function Uses({ uses }: { readonly uses: readonly Use[] }) {
  return (
    <dl className={css.uses}>
      {uses.map(({ of, used, most, share }) => (
        <div key={of}>
          <dt>{of}</dt>
          <dd className="numbers">
            {used} <span className="muted">of {most}</span>
            <span className={kit.meter} data-full={share >= NEARLY} aria-hidden style={{ display: 'block' }}>
              <span style={{ width: `${Math.round(share * 100)}%` }} />
            </span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
