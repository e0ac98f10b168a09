// Every address of the page. Each page is loaded when it is first opened; what is inside the shell needs a sign-in.
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  type RouterHistory,
} from '@tanstack/react-router';
import { Lost } from '../kit/lost.tsx';
import { PageSkeleton } from '../kit/skeleton.tsx';
import { Shell } from '../shell/shell.tsx';

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

const root = createRootRoute({ component: Outlet, notFoundComponent: Lost });

/** Pages without the shell: nobody need be signed in. */
const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyRouteComponent(() => import('../pages/setup/index.tsx'), 'Page'),
});
const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { to?: string } => {
    const to = text(search.to);
    // Only a path of this page: a link must not carry somebody who has just signed in elsewhere.
    return to !== undefined && /^\/(?![/\\])/.test(to) ? { to } : {};
  },
  component: lazyRouteComponent(() => import('../pages/sign-in/index.tsx'), 'Page'),
});
const join = createRoute({
  getParentRoute: () => root,
  path: '/join',
  component: lazyRouteComponent(() => import('../pages/join/index.tsx'), 'Page'),
});
const answer = createRoute({
  getParentRoute: () => root,
  path: '/answer',
  component: lazyRouteComponent(() => import('../pages/answer/index.tsx'), 'Page'),
});

const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: Shell });

const inbox = createRoute({
  getParentRoute: () => shell,
  path: '/',
  validateSearch: (search: Record<string, unknown>): { approval?: string } => {
    const approval = text(search.approval);
    return approval === undefined ? {} : { approval };
  },
  component: lazyRouteComponent(() => import('../pages/inbox/index.tsx'), 'Page'),
});
const activity = createRoute({
  getParentRoute: () => shell,
  path: '/activity',
  validateSearch: (search: Record<string, unknown>): { call?: string; q?: string } => {
    const [call, q] = [text(search.call), text(search.q)];
    return { ...(call === undefined ? {} : { call }), ...(q === undefined ? {} : { q }) };
  },
  component: lazyRouteComponent(() => import('../pages/activity/index.tsx'), 'Page'),
});
const work = createRoute({
  getParentRoute: () => shell,
  path: '/work',
  component: lazyRouteComponent(() => import('../pages/work/index.tsx'), 'Page'),
});
const terminals = createRoute({
  getParentRoute: () => shell,
  path: '/terminals',
  validateSearch: (search: Record<string, unknown>): { open?: string } => {
    const open = text(search.open);
    return open === undefined ? {} : { open };
  },
  component: lazyRouteComponent(() => import('../pages/terminal/index.tsx'), 'Page'),
});
const agents = createRoute({
  getParentRoute: () => shell,
  path: '/agents',
  component: lazyRouteComponent(() => import('../pages/agents/index.tsx'), 'Page'),
});
const modules = createRoute({
  getParentRoute: () => shell,
  path: '/modules',
  component: lazyRouteComponent(() => import('../pages/modules/index.tsx'), 'Page'),
});
const server = createRoute({
  getParentRoute: () => shell,
  path: '/modules/$name',
  component: lazyRouteComponent(() => import('../pages/server/index.tsx'), 'Page'),
});
const scripts = createRoute({
  getParentRoute: () => shell,
  path: '/scripts',
  component: lazyRouteComponent(() => import('../pages/scripts/index.tsx'), 'Page'),
});
const script = createRoute({
  getParentRoute: () => shell,
  path: '/scripts/$name',
  component: lazyRouteComponent(() => import('../pages/script/index.tsx'), 'Page'),
});
const review = createRoute({
  getParentRoute: () => shell,
  path: '/scripts/$name/versions/$digest',
  component: lazyRouteComponent(() => import('../pages/review/index.tsx'), 'Page'),
});
/** Not below `/scripts`: `new` is a good name for a script. */
const propose = createRoute({
  getParentRoute: () => shell,
  path: '/propose',
  validateSearch: (search: Record<string, unknown>): { script?: string; from?: string } => {
    const [script, from] = [text(search.script), text(search.from)];
    return { ...(script === undefined ? {} : { script }), ...(from === undefined ? {} : { from }) };
  },
  component: lazyRouteComponent(() => import('../pages/propose/index.tsx'), 'Page'),
});
const run = createRoute({
  getParentRoute: () => shell,
  path: '/runs/$id',
  component: lazyRouteComponent(() => import('../pages/run/index.tsx'), 'Page'),
});
const schedules = createRoute({
  getParentRoute: () => shell,
  path: '/schedules',
  validateSearch: (search: Record<string, unknown>): { script?: string } => {
    const script = text(search.script);
    return script === undefined ? {} : { script };
  },
  component: lazyRouteComponent(() => import('../pages/schedules/index.tsx'), 'Page'),
});
const schedule = createRoute({
  getParentRoute: () => shell,
  path: '/schedules/$id',
  component: lazyRouteComponent(() => import('../pages/schedule/index.tsx'), 'Page'),
});
const rules = createRoute({
  getParentRoute: () => shell,
  path: '/rules',
  component: lazyRouteComponent(() => import('../pages/rules/index.tsx'), 'Page'),
});
const grants = createRoute({
  getParentRoute: () => shell,
  path: '/grants',
  component: lazyRouteComponent(() => import('../pages/grants/index.tsx'), 'Page'),
});
const secrets = createRoute({
  getParentRoute: () => shell,
  path: '/secrets',
  component: lazyRouteComponent(() => import('../pages/secrets/index.tsx'), 'Page'),
});
const incidents = createRoute({
  getParentRoute: () => shell,
  path: '/incidents',
  component: lazyRouteComponent(() => import('../pages/incidents/index.tsx'), 'Page'),
});
const incident = createRoute({
  getParentRoute: () => shell,
  path: '/incidents/$id',
  component: lazyRouteComponent(() => import('../pages/incident/index.tsx'), 'Page'),
});
const checks = createRoute({
  getParentRoute: () => shell,
  path: '/checks',
  validateSearch: (search: Record<string, unknown>): { by?: 'checklist' } =>
    search.by === 'checklist' ? { by: 'checklist' } : {},
  component: lazyRouteComponent(() => import('../pages/checks/index.tsx'), 'Page'),
});
const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  validateSearch: (search: Record<string, unknown>): { tab?: string } => {
    const tab = text(search.tab);
    return tab === undefined ? {} : { tab };
  },
  component: lazyRouteComponent(() => import('../pages/settings/index.tsx'), 'Page'),
});

const tree = root.addChildren([
  setup,
  signIn,
  join,
  answer,
  shell.addChildren([
    inbox,
    activity,
    work,
    terminals,
    agents,
    modules,
    server,
    scripts,
    script,
    review,
    propose,
    run,
    schedules,
    schedule,
    rules,
    grants,
    secrets,
    incidents,
    incident,
    checks,
    settings,
  ]),
]);

/** @param history a memory of its own for tests; the browser's otherwise. */
export const createAppRouter = (history?: RouterHistory) =>
  createRouter({
    routeTree: tree,
    defaultPreload: 'intent',
    defaultPendingComponent: PageSkeleton,
    defaultPendingMs: 150,
    scrollRestoration: true,
    ...(history === undefined ? {} : { history }),
  });

export type AppRouter = ReturnType<typeof createAppRouter>;

declare module '@tanstack/react-router' {
  interface Register {
    router: AppRouter;
  }
}
