// An alarm rings once for its text; what is to be done about it follows what is so now.
import type { Alarm } from '@castellan/contract';
import { expect, test } from 'vitest';
import { createAlarms } from '../src/alarms/index.ts';
import { systemClock } from '../src/clock.ts';

test('the same alarm with another hint rings nobody, and is shown with the new hint', () => {
  const told: Alarm[] = [];
  const alarms = createAlarms({ clock: systemClock(), tell: (alarm) => void told.push(alarm) });
  alarms.raise('hooks-bypassed', null, 'a', 'end process 1');
  alarms.raise('hooks-bypassed', null, 'a', 'end process 2');
  expect(told.map(({ hint }) => hint)).toEqual(['end process 1']);
  expect(alarms.open()).toEqual([{ ...told[0], hint: 'end process 2' }]);
  alarms.raise('hooks-bypassed', null, 'b', 'end process 2');
  expect(told.map(({ text }) => text)).toEqual(['a', 'b']);
});
