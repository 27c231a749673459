import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import axe from 'axe-core';
import type { ReactNode } from 'react';
import { createMemoryRouter, type RouteObject, RouterProvider } from 'react-router';
import { keys } from '../api/queries';
import type { Session } from '../api/types';
import { SessionProvider } from '../app/session';
import { ShortcutsProvider } from '../app/shortcuts';
import { theme } from '../app/theme';

export const admin: Session = { username: 'admin', role: 'admin', cameras: null };

export interface Surroundings {
  session?: Session;
  /** Where the page is: `path` as in the table of routes, `at` as in the address bar. */
  path?: string;
  at?: string;
  /** Other routes, for what the page leads to. */
  routes?: RouteObject[];
  /** What is known already, by its key. */
  data?: [readonly unknown[], unknown][];
}

export function testClient(): QueryClient {
  return new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Infinity } } });
}

/** Renders within everything that the shell gives a page, without the shell. */
export function renderPage(page: ReactNode, { session = admin, path = '/', at = path, routes = [], data = [] }: Surroundings = {}) {
  const client = testClient();
  client.setQueryData(keys.session, { user: session });
  for (const [key, value] of data) client.setQueryData(key, value);
  const router = createMemoryRouter([{ path, element: page }, ...routes], { initialEntries: [at] });
  const rendered = render(
    <MantineProvider theme={theme} env="test">
      <QueryClientProvider client={client}>
        <SessionProvider session={session}>
          <ShortcutsProvider off={false}>
            <RouterProvider router={router} />
          </ShortcutsProvider>
        </SessionProvider>
      </QueryClientProvider>
    </MantineProvider>,
  );
  return { ...rendered, client, router };
}

/** What axe has against the document, in words; colours need a browser and are looked at there. */
export async function violations(root: Element = document.body): Promise<string[]> {
  const { violations: found } = await axe.run(root, { preload: false, rules: { 'color-contrast': { enabled: false }, region: { enabled: false } } });
  return found.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((it) => it.html).join(', ')}`);
}
