// Whether an incident is over, in a word.
import type { Incident } from '@castellan/contract';
import { CircleCheck, CircleDot, Siren } from 'lucide-react';
import { Tag } from '../kit/tag.tsx';

export function StandingTag({ incident: { closedAt, cause } }: { readonly incident: Incident }) {
  if (closedAt !== null) return <Tag icon={CircleCheck}>closed</Tag>;
  return cause === 'panic' ? (
    <Tag tone="bad" icon={Siren}>
      panic
    </Tag>
  ) : (
    <Tag tone="warn" icon={CircleDot}>
      open
    </Tag>
  );
}
