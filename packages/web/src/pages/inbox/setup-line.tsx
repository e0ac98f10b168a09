// What set-up left open, in one quiet line until it is done or waved away: nobody is sent back to the first page to find it.
import { Link } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { useState } from 'react';
import { useMay } from '../../connection/use-ask.ts';
import { countText } from '../../kit/time-text.ts';
import { hasBegun, isQuiet, keepQuiet, keepStep, openSteps } from '../setup/steps.ts';
import { useDoneSteps } from '../setup/use-done-steps.ts';
import css from './setup-line.module.css';

export function SetupLine() {
  const may = useMay('policy:write');
  const done = useDoneSteps();
  const [quiet, setQuiet] = useState(() => isQuiet(localStorage));
  if (!may || quiet || done === null) return null;
  const open = openSteps(done, hasBegun(localStorage));
  const [first] = open;
  if (first === undefined) return null;
  return (
    <div className={css.line}>
      <p>
        Set-up: {countText(open.length, 'step')} left ·{' '}
        <Link to="/setup" onClick={() => keepStep(localStorage, first)}>
          Go on
        </Link>
      </p>
      <button
        type="button"
        aria-label="Do not remind me of set-up"
        onClick={() => {
          keepQuiet(localStorage);
          setQuiet(true);
        }}
      >
        <X size={16} aria-hidden />
      </button>
    </div>
  );
}
