// The map of the pages, in the order of the rail. A page that is not here does not exist.
import {
  Activity,
  BookOpenText,
  Bot,
  Boxes,
  CalendarClock,
  Inbox,
  KeyRound,
  ListChecks,
  ListTree,
  type LucideIcon,
  ScrollText,
  Settings,
  ShieldAlert,
  SquareTerminal,
  Stamp,
} from 'lucide-react';

export interface PageEntry {
  readonly path: string;
  readonly title: string;
  readonly icon: LucideIcon;
  /** Words the palette finds it by, beside its title. */
  readonly words: string;
  /** Stands in the bottom bar of a phone; the others are behind `More`. */
  readonly near: boolean;
}

export const PAGES = [
  { path: '/', title: 'Inbox', icon: Inbox, words: 'approvals waiting alarms', near: true },
  { path: '/activity', title: 'Activity', icon: Activity, words: 'calls history log', near: true },
  { path: '/work', title: 'Tasks', icon: ListTree, words: 'sessions budgets limits', near: true },
  { path: '/terminals', title: 'Terminals', icon: SquareTerminal, words: 'watch type session', near: false },
  { path: '/agents', title: 'Agents', icon: Bot, words: 'connect freeze thaw hooks', near: true },
  { path: '/modules', title: 'Modules', icon: Boxes, words: 'tools levels presets mcp servers', near: false },
  { path: '/rules', title: 'Rules', icon: BookOpenText, words: 'policy critical strict guideline try', near: false },
  {
    path: '/scripts',
    title: 'Scripts',
    icon: ScrollText,
    words: 'starlark review versions runs propose',
    near: false,
  },
  { path: '/schedules', title: 'Schedules', icon: CalendarClock, words: 'cron times scripts tasks', near: false },
  { path: '/grants', title: 'Grants', icon: Stamp, words: 'permissions revoke', near: false },
  { path: '/secrets', title: 'Secrets', icon: KeyRound, words: 'vault keys rotation', near: false },
  {
    path: '/incidents',
    title: 'Incidents',
    icon: ShieldAlert,
    words: 'panic recover runbook report',
    near: false,
  },
  { path: '/checks', title: 'Checks', icon: ListChecks, words: 'security checklist', near: false },
  {
    path: '/settings',
    title: 'Settings',
    icon: Settings,
    words: 'account people notifications tokens copies backups retention forwards health metrics',
    near: false,
  },
] as const satisfies readonly PageEntry[];
