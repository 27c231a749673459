import { ActionIcon, Menu, Tooltip, UnstyledButton } from '@mantine/core';
import {
  IconActivityHeartbeat,
  IconCalendarEvent,
  IconDatabase,
  IconDeviceCctv,
  IconDots,
  IconDownload,
  IconKeyboard,
  IconLayoutGrid,
  IconLogout,
  IconPlayerPlay,
  IconPuzzle,
  IconSettings,
  IconUserCircle,
  IconUsers,
} from '@tabler/icons-react';
import { Suspense, useEffect, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { NavLink, Outlet, useLocation, useNavigate } from 'react-router';
import { PageLoading } from '../common/Page';
import { EventNotices } from '../events/EventNotices';
import { useUnreviewed } from '../events/news';
import { ConnectionBanner } from './ConnectionBanner';
import { ErrorBoundary } from './ErrorBoundary';
import { Logo } from './Logo';
import { hasPage } from './pages';
import { type Ability, can, useSession } from './session';
import classes from './Shell.module.css';
import { useShortcut } from './shortcuts';
import { ShortcutSheet, useShortcutSheet } from './ShortcutSheet';
import { useSignOut } from './signOut';

interface Place {
  path: string;
  name: string;
  Icon: typeof IconUsers;
  key?: string;
  needs?: Ability;
}

const watch: Place[] = [
  { path: '/live', name: 'live', Icon: IconLayoutGrid, key: 'l' },
  { path: '/playback', name: 'playback', Icon: IconPlayerPlay, key: 'p' },
  { path: '/events', name: 'events', Icon: IconCalendarEvent, key: 'e' },
  { path: '/exports', name: 'exports', Icon: IconDownload, key: 'x', needs: 'export' },
];

const manage: Place[] = [
  { path: '/cameras', name: 'cameras', Icon: IconDeviceCctv, key: 'c' },
  { path: '/storage', name: 'storage', Icon: IconDatabase, key: 's', needs: 'administer' },
  { path: '/plugins', name: 'plugins', Icon: IconPuzzle, needs: 'administer' },
  { path: '/system', name: 'system', Icon: IconActivityHeartbeat, key: 'y', needs: 'administer' },
  { path: '/users', name: 'users', Icon: IconUsers, needs: 'administer' },
  { path: '/settings', name: 'settings', Icon: IconSettings },
];

/** How many places the bar of a phone shows before "More". */
const BAR = 4;

function usePlaces(all: Place[]): Place[] {
  const session = useSession();
  return all.filter(({ path, needs }) => hasPage(path) && (needs === undefined || can(session, needs)));
}

export function Shell() {
  const { t } = useTranslation('app');
  const watching = usePlaces(watch);
  const managing = usePlaces(manage);
  const places = [...watching, ...managing];
  const main = useMainFocus();
  const sheet = useShortcutSheet();
  const { pathname } = useLocation();

  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#main" onClick={() => main.current?.focus()}>
        {t('skip')}
      </a>
      <nav className={classes.rail} aria-label={t('nav.main')}>
        <NavLink to="/" className={classes.logo} aria-label={t('nav.home')} tabIndex={-1}>
          <Logo size={28} />
        </NavLink>
        <div className={classes.places}>
          {watching.map((place) => (
            <PlaceLink key={place.path} place={place} className={classes.link} iconSize={20} />
          ))}
          {managing.length > 0 && <span className={classes.rule} aria-hidden />}
          {managing.map((place) => (
            <PlaceLink key={place.path} place={place} className={classes.link} iconSize={20} />
          ))}
        </div>
        <div className={classes.foot}>
          <Tooltip label={t('shortcuts.title')} position="right">
            <ActionIcon variant="subtle" color="gray" size={40} aria-label={t('shortcuts.title')} onClick={sheet.open}>
              <IconKeyboard size={20} stroke={1.6} />
            </ActionIcon>
          </Tooltip>
          <AccountMenu />
        </div>
      </nav>
      <div className={classes.column}>
        <ConnectionBanner />
        <main id="main" ref={main} tabIndex={-1} className={classes.main}>
          <ErrorBoundary place={pathname}>
            <Suspense fallback={<PageLoading />}>
              <Outlet />
            </Suspense>
          </ErrorBoundary>
        </main>
      </div>
      <nav className={classes.bar} aria-label={t('nav.bar')}>
        {places.slice(0, BAR).map((place) => (
          <PlaceLink key={place.path} place={place} className={classes.tab} iconSize={22} />
        ))}
        <More places={places.slice(BAR)} />
      </nav>
      {places
        .filter((it) => it.key !== undefined)
        .map((place) => (
          <Jump key={place.path} place={place} />
        ))}
      {hasPage('/events') && <EventNotices />}
      <ShortcutSheet opened={sheet.opened} close={sheet.close} />
    </div>
  );
}

interface PlaceLinkProps {
  place: Place;
  className: string | undefined;
  iconSize: number;
}

function PlaceLink(props: PlaceLinkProps) {
  return props.place.name === 'events' ? <EventsLink {...props} /> : <PlainLink {...props} />;
}

function PlainLink({ place: { path, name, Icon }, className, iconSize }: PlaceLinkProps) {
  const { t } = useTranslation('app');
  return (
    <NavLink to={path} className={className}>
      <Icon size={iconSize} stroke={1.6} aria-hidden />
      <span className={classes.label}>{t(`nav.${name}`)}</span>
    </NavLink>
  );
}

/** With how much is to be looked at there; its name stays the same. */
function EventsLink({ place: { path, name, Icon }, className, iconSize }: PlaceLinkProps) {
  const { t } = useTranslation('app');
  const id = useId();
  const unreviewed = useUnreviewed();
  const count = can(useSession(), 'review') ? unreviewed : 0;
  const many = count === Infinity;
  return (
    <NavLink to={path} className={className} aria-describedby={count > 0 ? id : undefined}>
      <Icon size={iconSize} stroke={1.6} aria-hidden />
      <span className={classes.label}>{t(`nav.${name}`)}</span>
      {count > 0 && (
        <span className={classes.news} aria-hidden>
          <span>{many ? t('nav.many') : count}</span>
          <span id={id} className={classes.unseen}>
            {many ? t('nav.newsMany') : t('nav.news', { count })}
          </span>
        </span>
      )}
    </NavLink>
  );
}

function More({ places }: { places: Place[] }) {
  const { t } = useTranslation('app');
  const navigate = useNavigate();
  const signOut = useSignOut();
  const { pathname } = useLocation();
  const here = places.some(({ path }) => pathname.startsWith(path));
  return (
    <Menu position="top-end" width={220} shadow="lg">
      <Menu.Target>
        <UnstyledButton className={classes.tab} aria-current={here || undefined}>
          <IconDots size={22} stroke={1.6} aria-hidden />
          {t('nav.more')}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {places.map(({ path, name, Icon }) => (
          <Menu.Item key={path} leftSection={<Icon size={18} stroke={1.6} />} onClick={() => void navigate(path)}>
            {t(`nav.${name}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        {hasPage('/profile') && (
          <Menu.Item leftSection={<IconUserCircle size={18} stroke={1.6} />} onClick={() => void navigate('/profile')}>
            {t('nav.profile')}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconLogout size={18} stroke={1.6} />} onClick={signOut}>
          {t('signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function AccountMenu() {
  const { t } = useTranslation('app');
  const session = useSession();
  const navigate = useNavigate();
  const signOut = useSignOut();
  return (
    <Menu position="right-end" width={220} shadow="lg">
      <Menu.Target>
        <UnstyledButton
          className={classes.account}
          aria-label={t('account.of', { name: session.username })}
          data-initials={session.username.slice(0, 2)}
        />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {session.username} · {t(`role.${session.role}`)}
        </Menu.Label>
        {hasPage('/profile') && (
          <Menu.Item leftSection={<IconUserCircle size={18} stroke={1.6} />} onClick={() => void navigate('/profile')}>
            {t('nav.profile')}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconLogout size={18} stroke={1.6} />} onClick={signOut}>
          {t('signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function Jump({ place: { path, name, key } }: { place: Place }) {
  const { t } = useTranslation('app');
  const navigate = useNavigate();
  useShortcut(`g ${key ?? ''}`, t('shortcuts.goTo', { place: t(`nav.${name}`) }), () => void navigate(path), {
    group: t('shortcuts.navigation'),
  });
  return null;
}

/** After a change of page the keyboard and the reader begin at its top, as after loading a document. */
function useMainFocus() {
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const before = useRef(pathname);
  useEffect(() => {
    if (before.current === pathname) return;
    before.current = pathname;
    main.current?.focus({ preventScroll: true });
    if (main.current !== null) main.current.scrollTop = 0;
  }, [pathname]);
  return main;
}
