// A moment, as far from now as it is, with the exact time one hover or one focus away.
import { useNow } from '../connection/use-now.ts';
import { agoText, exactText } from './time-text.ts';

export function When({ at }: { readonly at: number }) {
  const now = useNow();
  return (
    <time dateTime={new Date(at).toISOString()} title={exactText(at)} className="numbers">
      {agoText(at, now)}
    </time>
  );
}
