import { Button, PasswordInput, Stack, Text } from '@mantine/core';
import { IconLogout } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Section } from '../admin/Section';
import { useNotice } from '../admin/useNotice';
import { api, useCameras } from '../api';
import { useSession } from '../app/session';
import { useSignOut } from '../app/signOut';
import { Page, useProblemText } from '../common';
import { Tokens } from '../users/Tokens';
import { useSubmit } from '../users/useSubmit';

export default function ProfilePage() {
  const { t } = useTranslation('settings');
  const { t: users } = useTranslation('users');
  const session = useSession();
  const cameras = useCameras();
  const signOut = useSignOut();
  const limit = session.cameras ?? null;
  return (
    <Page
      title={t('profile.title')}
      description={t('profile.who', { name: session.username, role: users(`roles.${session.role}`) })}
      actions={
        <Button variant="default" leftSection={<IconLogout size={16} aria-hidden />} onClick={signOut}>
          {t('profile.signOut')}
        </Button>
      }
    >
      <Stack gap="lg" maw="58rem">
        {limit !== null && (
          <Text size="sm">
            {t('profile.limited', {
              cameras: limit.map((id) => cameras.find((camera) => camera.id === id)?.name ?? id).join(', '),
            })}
          </Text>
        )}
        <Section title={t('password.title')} description={t('password.description')}>
          <ChangePassword />
        </Section>
        <Tokens owner={session.username} />
      </Stack>
    </Page>
  );
}

function ChangePassword() {
  const { t } = useTranslation('settings');
  const { t: users } = useTranslation('users');
  const notice = useNotice();
  const problemText = useProblemText();
  const signOut = useSignOut();
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const different = again !== '' && again !== password;
  const form = useSubmit(async () => {
    await api.post('/sessions/current/password', { currentPassword: current, password });
    notice.done(t('password.done'));
    // All sessions have ended with the old password, this one too.
    signOut();
  });
  const toggle = { 'aria-label': users('password.show'), tabIndex: 0 };
  return (
    <form onSubmit={(event) => void form.submit(event)} noValidate>
      <Stack gap="md" maw="26rem">
        <PasswordInput
          label={t('password.current')}
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
          autoComplete="current-password"
          visibilityToggleButtonProps={toggle}
          required
          error={form.wrong('/currentPassword') && t('password.wrong')}
        />
        <PasswordInput
          label={t('password.new')}
          description={users('password.rule')}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          autoComplete="new-password"
          visibilityToggleButtonProps={toggle}
          required
          error={form.wrong('/password')}
        />
        <PasswordInput
          label={t('password.again')}
          value={again}
          onChange={(event) => setAgain(event.currentTarget.value)}
          autoComplete="new-password"
          visibilityToggleButtonProps={toggle}
          required
          error={different ? t('password.different') : undefined}
        />
        {form.problem !== null && (
          <Text size="sm" c="red" role="alert">
            {problemText(form.problem)}
          </Text>
        )}
        <Button
          type="submit"
          loading={form.busy}
          disabled={current === '' || password === '' || again !== password}
          w="fit-content"
        >
          {t('password.action')}
        </Button>
      </Stack>
    </form>
  );
}
