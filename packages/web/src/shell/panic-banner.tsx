// On every page for as long as a panic is in force: that nothing runs, and where the way back is.
import { Link } from '@tanstack/react-router';
import { Siren } from 'lucide-react';
import { useAsk } from '../connection/use-ask.ts';
import { usePanic } from '../connection/use-panic.ts';
import { When } from '../kit/when.tsx';
import css from './panic.module.css';

export function PanicBanner() {
  const panic = usePanic();
  const id = useAsk('recovery', undefined, { enabled: panic !== null }).data?.incident?.id;
  return (
    <div role="status" aria-label="Panic">
      {panic === null ? null : (
        <div className={css.banner}>
          <Siren size={18} aria-hidden />
          <p>
            <strong>A panic is in force: nothing runs.</strong> It was declared <When at={panic.since} />, and ends with
            the last step back.
          </p>
          {id === undefined ? (
            <Link to="/incidents" className={css.lead ?? ''}>
              What happened, and the way back
            </Link>
          ) : (
            <Link to="/incidents/$id" params={{ id }} className={css.lead ?? ''}>
              What happened, and the way back
            </Link>
          )}
        </div>
      )}
    </div>
  );
}
