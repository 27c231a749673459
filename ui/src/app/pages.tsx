import { type ComponentType, lazy, type LazyExoticComponent } from 'react';
import type { Ability } from './session';

export interface PageRoute {
  path: string;
  /** What somebody needs to be offered the page. */
  needs?: Ability;
  Page: LazyExoticComponent<ComponentType>;
}

/** Whatever `<area>/<Name>Page.tsx` exports as default; a page that is not there has no route. */
const files = import.meta.glob<{ default: ComponentType }>(['../*/*Page.tsx', '!./*', '!../common/*']);

const table: { path: string; file: string; needs?: Ability }[] = [
  { path: '/live', file: 'live/LivePage' },
  { path: '/live/:view', file: 'live/LivePage' },
  { path: '/cameras/:id/live', file: 'live/CameraPage' },
  { path: '/playback', file: 'playback/PlaybackPage' },
  { path: '/events', file: 'events/EventsPage' },
  { path: '/exports', file: 'exports/ExportsPage' },
  { path: '/cameras', file: 'cameras/CamerasPage' },
  { path: '/cameras/new', file: 'cameras/CameraEditPage', needs: 'administer' },
  { path: '/cameras/:id', file: 'cameras/CameraEditPage', needs: 'administer' },
  { path: '/cameras/:id/tune/:detector', file: 'cameras/TunerPage', needs: 'administer' },
  { path: '/storage', file: 'storage/StoragePage', needs: 'administer' },
  { path: '/plugins', file: 'plugins/PluginsPage', needs: 'administer' },
  { path: '/system', file: 'system/SystemPage', needs: 'administer' },
  { path: '/users', file: 'users/UsersPage', needs: 'administer' },
  { path: '/settings', file: 'settings/SettingsPage' },
  { path: '/profile', file: 'settings/ProfilePage' },
];

const loaded = new Map<string, LazyExoticComponent<ComponentType>>();

function pageOf(file: string): LazyExoticComponent<ComponentType> | undefined {
  const load = files[`../${file}.tsx`];
  if (load === undefined) return undefined;
  const page = loaded.get(file) ?? lazy(load);
  loaded.set(file, page);
  return page;
}

export const pageRoutes: PageRoute[] = table.flatMap(({ path, file, needs }) => {
  const Page = pageOf(file);
  return Page === undefined ? [] : [{ path, needs, Page }];
});

export function hasPage(path: string): boolean {
  return pageRoutes.some((it) => it.path === path);
}
