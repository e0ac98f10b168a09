// The state of a server, and what of it wants a person: a word and an icon each, colour only repeats them.
import type { ModuleSummary, ServerState } from '@castellan/contract';
import {
  Ban,
  CircleCheck,
  CircleDashed,
  CirclePause,
  CircleQuestionMark,
  LoaderCircle,
  LogIn,
  type LucideIcon,
  ScanSearch,
  ShieldAlert,
  ShieldX,
  Unplug,
} from 'lucide-react';
import { Tag } from '../../kit/tag.tsx';
import { countText } from '../../kit/time-text.ts';
import type { Tone } from '../../kit/tone.ts';
import { STATE_WORDS } from './server-model.ts';

const ICONS: Readonly<Record<ServerState, LucideIcon>> = {
  unused: CircleDashed,
  starting: LoaderCircle,
  ready: CircleCheck,
  stopped: CirclePause,
  'backing-off': Unplug,
  'needs-sign-in': LogIn,
  held: ShieldX,
  refused: Ban,
  unaccepted: CircleQuestionMark,
};

export const STATE_TONES: Readonly<Record<ServerState, Tone>> = {
  unused: 'plain',
  starting: 'accent',
  ready: 'good',
  stopped: 'plain',
  'backing-off': 'bad',
  'needs-sign-in': 'warn',
  held: 'bad',
  refused: 'bad',
  unaccepted: 'warn',
};

export function ServerMarks({ server: { state, quarantined, findings } }: { readonly server: ModuleSummary }) {
  return (
    <>
      {state === null ? null : (
        <Tag tone={STATE_TONES[state]} icon={ICONS[state]}>
          {STATE_WORDS[state].word}
        </Tag>
      )}
      {quarantined === 0 ? null : (
        <Tag tone="warn" icon={ShieldAlert}>
          {quarantined} held back
        </Tag>
      )}
      {findings === 0 ? null : (
        <Tag tone="warn" icon={ScanSearch}>
          {countText(findings, 'finding')}
        </Tag>
      )}
    </>
  );
}
