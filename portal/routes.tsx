import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { readAuditSearch } from './pages/audit/search.ts';
import { readSearch } from './pages/courses/search.ts';
import { readNoticesSearch } from './pages/notices/search.ts';
import { readOperatorsSearch } from './pages/operators/search.ts';
import { readRegisterSearch } from './pages/requests/register/search.ts';
import { readRequestsSearch } from './pages/requests/search.ts';
import { readSettingsSearch } from './pages/settings/search.ts';
import { readSiteSearch, readSitesSearch } from './pages/sites/search.ts';
import { Broken } from './shell/broken.tsx';
import { forOperators } from './shell/for-operators.tsx';
import { Home } from './shell/home.tsx';
import { Missing } from './shell/missing.tsx';
import { Shell } from './shell/shell.tsx';
import { SignedIn } from './shell/signed-in.tsx';

const root = createRootRouteWithContext<{ queries: QueryClient }>()({ component: Shell, notFoundComponent: Missing });

/** What stands in an address and is not known there is as if it were not there: the router alone would hand it through. */
const only =
  <Search extends object>(read: (given: Record<string, unknown>) => Search) =>
  (given: Record<string, unknown>): Search => ({
    ...Object.fromEntries(Object.keys(given).map((name) => [name, undefined])),
    ...read(given),
  });

/** Addresses and the pages they show: `portal/pages/<noun>/`, each fetched when it is first looked at. */
const routes = [
  createRoute({
    getParentRoute: () => root,
    path: '/',
    component: Home,
  }),
  createRoute({ getParentRoute: () => root, path: '/signed-in', component: SignedIn }),
  createRoute({
    getParentRoute: () => root,
    path: '/courses',
    validateSearch: only(readSearch),
    component: lazyRouteComponent(() => import('./pages/courses/courses-page.tsx'), 'CoursesPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/requests',
    validateSearch: only(readRequestsSearch),
    component: lazyRouteComponent(() => import('./pages/requests/requests-page.tsx'), 'RequestsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/requests/register',
    validateSearch: only(readRegisterSearch),
    component: forOperators(
      lazyRouteComponent(() => import('./pages/requests/register/register-page.tsx'), 'RegisterPage'),
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/requests/$id',
    component: lazyRouteComponent(() => import('./pages/requests/request-page.tsx'), 'RequestPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/notices',
    validateSearch: only(readNoticesSearch),
    component: lazyRouteComponent(() => import('./pages/notices/notices-page.tsx'), 'NoticesPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/sites',
    validateSearch: only(readSitesSearch),
    component: forOperators(lazyRouteComponent(() => import('./pages/sites/sites-page.tsx'), 'SitesPage')),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/sites/$site',
    validateSearch: only(readSiteSearch),
    component: forOperators(lazyRouteComponent(() => import('./pages/sites/site-page.tsx'), 'SitePage')),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/settings',
    validateSearch: only(readSettingsSearch),
    component: forOperators(lazyRouteComponent(() => import('./pages/settings/settings-page.tsx'), 'SettingsPage')),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/operators',
    validateSearch: only(readOperatorsSearch),
    component: forOperators(lazyRouteComponent(() => import('./pages/operators/operators-page.tsx'), 'OperatorsPage')),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/account',
    component: lazyRouteComponent(() => import('./pages/operators/account-page.tsx'), 'AccountPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/audit',
    validateSearch: only(readAuditSearch),
    component: forOperators(lazyRouteComponent(() => import('./pages/audit/audit-page.tsx'), 'AuditPage')),
  }),
];

export function createPages(queries: QueryClient) {
  return createRouter({
    routeTree: root.addChildren(routes),
    context: { queries },
    defaultPreload: 'intent',
    // Whoever comes back is where they were.
    scrollRestoration: true,
    defaultNotFoundComponent: Missing,
    defaultErrorComponent: Broken,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createPages>;
  }
}
