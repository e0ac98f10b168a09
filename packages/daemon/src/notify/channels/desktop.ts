// The desktop of this machine. There is no link in it: every program of the user can read what is shown there.
import { bodyOf } from '../shown.ts';
import type { Adapter, Kit } from './adapter.ts';

export const desktop = ({ desktop: show }: Kit): Adapter => ({
  follows: false,
  deliver: (shown) => show({ title: `Castellan: ${shown.title}`, text: bodyOf(shown), urgent: shown.urgent }),
});
