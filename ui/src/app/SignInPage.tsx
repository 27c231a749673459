import { Alert, Button, PasswordInput, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { IconAlertCircle, IconClock } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, useLocation, useSearchParams } from 'react-router';
import { api, ApiProblem } from '../api/client';
import { keys } from '../api/queries';
import { useDocumentTitle } from '../common/Page';
import { useProblemText } from '../common/ErrorState';
import { Gate } from './Gate';
import { type SessionBody, useSessionQuery, useSetupNeeded } from './sessionQuery';
import { startAddress } from '../live/startView';

/** Only places of this site: what stands in an address is anybody's. */
export function safeReturn(wanted: string | null): string {
  if (wanted === null || !/^\/(?![/\\])/.test(wanted) || wanted.startsWith('/signin')) return startAddress();
  return wanted;
}

export default function SignInPage() {
  const { t } = useTranslation('app');
  useDocumentTitle(t('signIn.title'));
  const client = useQueryClient();
  const [search] = useSearchParams();
  const { state } = useLocation() as { state: { expired?: boolean } | null };
  const session = useSessionQuery();
  const setupNeeded = useSetupNeeded();
  const describe = useProblemText();
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);

  if (session.data) return <Navigate to={safeReturn(search.get('to'))} replace />;
  if (setupNeeded) return <Navigate to="/setup" replace />;

  const signIn = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setProblem(undefined);
    try {
      const body = await api.post<SessionBody>(
        '/sessions',
        { username: form.get('username'), password: form.get('password') },
        { anonymous: true },
      );
      client.setQueryData(keys.session, body);
    } catch (failure) {
      setProblem(failure instanceof ApiProblem && failure.status === 401 ? t('signIn.wrong') : describe(failure));
      setBusy(false);
    }
  };

  return (
    <Gate title={t('signIn.title')}>
      <form onSubmit={(event) => void signIn(event)}>
        {state?.expired && problem === undefined && (
          <Alert color="gray" variant="light" icon={<IconClock size={18} />} mb="md">
            {t('signIn.expired')}
          </Alert>
        )}
        {problem !== undefined && (
          <Alert color="red" variant="light" icon={<IconAlertCircle size={18} />} mb="md" role="alert">
            {problem}
          </Alert>
        )}
        <TextInput
          name="username"
          label={t('signIn.username')}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          size="md"
          required
          withAsterisk={false}
          autoFocus
        />
        <PasswordInput
          name="password"
          label={t('signIn.password')}
          autoComplete="current-password"
          size="md"
          mt="md"
          required
          withAsterisk={false}
          visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }}
        />
        <Button type="submit" size="md" fullWidth mt="xl" loading={busy}>
          {t('signIn.button')}
        </Button>
      </form>
    </Gate>
  );
}
