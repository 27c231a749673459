import { Loader, useMantineColorScheme } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { flushSync } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { Navigate, useLocation } from 'react-router';
import { changesOf } from '../api/changes';
import { onSessionExpired } from '../api/client';
import { keys, usePreferences } from '../api/queries';
import { ErrorState } from '../common/ErrorState';
import { isLanguage, speak } from '../i18n';
import { type Ability, can, SessionProvider, useSession } from './session';
import { forgetEverything, useSessionQuery, useSetupNeeded } from './sessionQuery';
import { ShortcutsProvider } from './shortcuts';
import classes from './SignedIn.module.css';
import { NotFoundPage } from './NotFoundPage';

/** Lets only those in who are; the others sign in and come back to where they were. */
export function SignedIn({ children }: { children: ReactNode }) {
  const { t } = useTranslation('app');
  const client = useQueryClient();
  const location = useLocation();
  const session = useSessionQuery();
  const setupNeeded = useSetupNeeded();
  const [expired, setExpired] = useState(false);
  const here = location.pathname + location.search;

  useEffect(
    () =>
      onSessionExpired(() => {
        if (!client.getQueryData(keys.session)) return;
        changesOf(client).stop();
        // First of all: as soon as the session is forgotten, the way leads to sign-in, which says why.
        flushSync(() => setExpired(true));
        forgetEverything(client);
      }),
    [client],
  );

  if (session.isPending) {
    return (
      <div className={classes.starting} role="status">
        <Loader size="sm" aria-hidden />
        {session.failureCount > 0 && <p>{t('connection.starting')}</p>}
      </div>
    );
  }
  if (session.isError) return <ErrorState problem={session.error} retry={() => void session.refetch()} />;
  if (setupNeeded) return <Navigate to="/setup" replace />;
  if (session.data === null) return <Navigate to={`/signin?to=${encodeURIComponent(here)}`} replace state={{ expired }} />;
  return (
    <SessionProvider session={session.data.user}>
      <Preferred>{children}</Preferred>
    </SessionProvider>
  );
}

/** The account's theme, language and keys, and the connection for news. */
function Preferred({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const { theme, language, shortcutsOff } = usePreferences();
  const { setColorScheme } = useMantineColorScheme();
  useEffect(() => {
    if (theme !== undefined) setColorScheme(theme);
  }, [theme, setColorScheme]);
  useEffect(() => {
    if (isLanguage(language)) void speak(language);
  }, [language]);
  useEffect(() => {
    const changes = changesOf(client);
    changes.start();
    return () => changes.stop();
  }, [client]);
  return <ShortcutsProvider off={shortcutsOff === true}>{children}</ShortcutsProvider>;
}

/** A page that an account may not use is, for that account, not there. */
export function Allowed({ needs, children }: { needs?: Ability; children: ReactNode }) {
  const session = useSession();
  return needs === undefined || can(session, needs) ? children : <NotFoundPage />;
}
