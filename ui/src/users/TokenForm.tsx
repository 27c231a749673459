import { Button, Code, CopyButton, Group, PasswordInput, Select, Stack, Text, TextInput } from '@mantine/core';
import { IconCheck, IconCopy, IconKey } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Callout } from '../admin/Callout';
import { api, ApiProblem, type Role } from '../api';
import { useSession } from '../app/session';
import { accountKeys, rolesUpTo, type IssuedToken } from './accounts';
import { CameraLimit } from './CameraLimit';
import { DialogForm } from './FormDialog';
import { RoleField } from './RoleField';
import classes from './Tokens.module.css';
import { useSubmit } from './useSubmit';

const DAY_MS = 86_400_000;
const LIFETIMES = ['7', '30', '90', '365', 'never'] as const;

/** Issues a token, and shows its secret this once. */
export function TokenForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('users');
  const session = useSession();
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [cameras, setCameras] = useState<string[] | null>(session.cameras ?? null);
  const [lifetime, setLifetime] = useState<string>('90');
  /** Asked for only by servers that want it; null until then. */
  const [password, setPassword] = useState<string | null>(null);
  const [wrong, setWrong] = useState(false);
  const [issued, setIssued] = useState<IssuedToken | null>(null);
  const form = useSubmit(async () => {
    const expiresAt =
      lifetime === 'never' ? undefined : new Date(Date.now() + Number(lifetime) * DAY_MS).toISOString();
    try {
      setIssued(
        await api.post<IssuedToken>(
          '/tokens',
          {
            name: name.trim(),
            role,
            expiresAt,
            ...(cameras === null ? {} : { cameras }),
            ...(password === null ? {} : { username: session.username, password }),
          },
          // 401 asks for the password again and is no end of the session.
          { anonymous: true },
        ),
      );
    } catch (problem) {
      if (!(problem instanceof ApiProblem && (problem.status === 401 || problem.unconfirmed))) {
        throw problem;
      }
      setWrong(password !== null);
      setPassword('');
      return;
    }
    await client.invalidateQueries({ queryKey: accountKeys.tokens });
  });

  if (issued) {
    return (
      <Stack gap="md">
        <Callout tone="warn" role="status" icon={<IconKey aria-hidden />} title={t('token.once')}>
          {t('token.onceText')}
        </Callout>
        <Code block className={classes.secret} aria-label={t('token.secret')}>
          {issued.token}
        </Code>
        <Group justify="flex-end" gap="xs">
          <CopyButton value={issued.token}>
            {({ copied, copy }) => (
              <Button
                variant={copied ? 'default' : 'filled'}
                leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
                onClick={copy}
              >
                {t(copied ? 'copied' : 'copy')}
              </Button>
            )}
          </CopyButton>
          <Button variant="default" onClick={onClose}>
            {t('token.kept')}
          </Button>
        </Group>
      </Stack>
    );
  }
  return (
    <DialogForm
      form={form}
      action={t('token.action')}
      onClose={onClose}
      blocked={name.trim() === '' || cameras?.length === 0 || password === ''}
    >
      <Text size="sm">{t('token.text')}</Text>
      <TextInput
        label={t('token.name')}
        description={t('token.nameHint')}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        maxLength={100}
        required
        data-autofocus
        error={form.wrong('/name')}
      />
      <RoleField value={role} onChange={setRole} roles={rolesUpTo(session.role)} error={form.wrong('/role')} />
      <CameraLimit value={cameras} onChange={setCameras} error={form.wrong('/cameras')} mayBeAll={session.cameras == null} />
      <Select
        label={t('token.lifetime')}
        value={lifetime}
        onChange={(value) => setLifetime(value ?? '90')}
        allowDeselect={false}
        data={LIFETIMES.map((days) => ({
          value: days,
          label: days === 'never' ? t('token.never') : t('token.days', { count: Number(days) }),
        }))}
        error={form.wrong('/expiresAt')}
      />
      {password !== null && (
        <PasswordInput
          label={t('token.password')}
          description={t('token.passwordHint')}
          value={password}
          onChange={(event) => {
            setWrong(false);
            setPassword(event.currentTarget.value);
          }}
          visibilityToggleButtonProps={{ 'aria-label': t('password.show'), tabIndex: 0 }}
          autoComplete="current-password"
          autoFocus
          required
          error={wrong ? t('token.passwordWrong') : undefined}
        />
      )}
    </DialogForm>
  );
}
