// Every format, in one list each.
import type { NamedFormat, TokenFormat } from '../format.ts';
import { CHAT } from './chat.ts';
import { CLOUDS } from './clouds.ts';
import { FORGES } from './forges.ts';
import { MODELS } from './models.ts';
import { NAMED_BUILD } from './named-build.ts';
import { NAMED_BUSINESS } from './named-business.ts';
import { PACKAGES } from './packages.ts';
import { PAYMENTS } from './payments.ts';
import { SHARED } from './shared.ts';
import { WATCH } from './watch.ts';
import { WORK } from './work.ts';

export const TOKEN_FORMATS: readonly TokenFormat[] = [
  ...FORGES,
  ...CLOUDS,
  ...MODELS,
  ...CHAT,
  ...PAYMENTS,
  ...PACKAGES,
  ...WATCH,
  ...WORK,
  ...SHARED,
];
export const NAMED_FORMATS: readonly NamedFormat[] = [...NAMED_BUILD, ...NAMED_BUSINESS];
