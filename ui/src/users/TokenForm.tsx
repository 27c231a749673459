import { Alert, Button, Code, CopyButton, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { IconCheck, IconCopy, IconKey } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Role } from '../api';
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
  const [issued, setIssued] = useState<IssuedToken | null>(null);
  const form = useSubmit(async () => {
    const expiresAt =
      lifetime === 'never' ? undefined : new Date(Date.now() + Number(lifetime) * DAY_MS).toISOString();
    setIssued(
      await api.post<IssuedToken>('/tokens', {
        name: name.trim(),
        role,
        expiresAt,
        ...(cameras === null ? {} : { cameras }),
      }),
    );
    await client.invalidateQueries({ queryKey: accountKeys.tokens });
  });

  if (issued) {
    return (
      <Stack gap="md">
        <Alert color="yellow" variant="light" role="status" icon={<IconKey aria-hidden />} title={t('token.once')}>
          {t('token.onceText')}
        </Alert>
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
      blocked={name.trim() === '' || cameras?.length === 0}
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
      <CameraLimit value={cameras} onChange={setCameras} error={form.wrong('/cameras')} />
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
    </DialogForm>
  );
}
