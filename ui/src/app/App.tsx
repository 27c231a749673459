import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { createBrowserRouter, Navigate, type RouteObject, RouterProvider } from 'react-router';
import { PageLoading } from '../common/Page';
import { NotFoundPage } from './NotFoundPage';
import { pageRoutes } from './pages';
import { Allowed, SignedIn } from './SignedIn';
import { Shell } from './Shell';
import SignInPage from './SignInPage';
import { startAddress } from '../live/startView';
import { theme } from './theme';

const SetupPage = lazy(() => import('./SetupPage'));

export const routes: RouteObject[] = [
  { path: '/signin', element: <SignInPage /> },
  {
    path: '/setup',
    element: (
      <Suspense fallback={<PageLoading />}>
        <SetupPage />
      </Suspense>
    ),
  },
  {
    element: (
      <SignedIn>
        <Shell />
      </SignedIn>
    ),
    children: [
      { index: true, path: '/', element: <Start /> },
      ...pageRoutes.map(({ path, needs, Page }) => ({
        path,
        element: (
          <Allowed needs={needs}>
            <Page />
          </Allowed>
        ),
      })),
      { path: '*', element: <NotFoundPage /> },
    ],
  },
];

/** What this device shows first. */
function Start() {
  return <Navigate to={startAddress()} replace />;
}

export function App({ client }: { client: QueryClient }) {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <QueryClientProvider client={client}>
        <Notifications position="bottom-right" />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}

const router = createBrowserRouter(routes);
