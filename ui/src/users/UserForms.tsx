import { Switch, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNotice } from '../admin/useNotice';
import { api, type Role, type User } from '../api';
import { useSession } from '../app/session';
import { accountKeys, ROLES } from './accounts';
import { CameraLimit } from './CameraLimit';
import { DialogForm } from './FormDialog';
import { NewPassword } from './NewPassword';
import { RoleField } from './RoleField';
import { useSubmit } from './useSubmit';

export function AddUser({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('users');
  const client = useQueryClient();
  const notice = useNotice();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [cameras, setCameras] = useState<string[] | null>(null);
  const form = useSubmit(async () => {
    await api.post('/users', { username: username.trim(), password, role, cameras });
    await client.invalidateQueries({ queryKey: accountKeys.users });
    notice.done(t('add.done', { name: username.trim() }));
    onClose();
  });
  return (
    <DialogForm
      form={form}
      action={t('add.action')}
      onClose={onClose}
      blocked={username.trim() === '' || password === '' || cameras?.length === 0}
    >
      <TextInput
        label={t('username')}
        value={username}
        onChange={(event) => setUsername(event.currentTarget.value)}
        required
        autoComplete="off"
        spellCheck={false}
        data-autofocus
        error={form.wrong('/username')}
      />
      <NewPassword
        label={t('password.label')}
        value={password}
        onChange={setPassword}
        error={form.wrong('/password')}
      />
      <RoleField value={role} onChange={setRole} roles={ROLES} error={form.wrong('/role')} />
      <CameraLimit value={cameras} onChange={setCameras} error={form.wrong('/cameras')} />
    </DialogForm>
  );
}

export function EditUser({ user, onClose }: { user: User; onClose: () => void }) {
  const { t } = useTranslation('users');
  const client = useQueryClient();
  const notice = useNotice();
  const self = useSession().username === user.username;
  const [role, setRole] = useState(user.role);
  const [cameras, setCameras] = useState<string[] | null>(user.cameras ?? null);
  const [enabled, setEnabled] = useState(user.enabled);
  const form = useSubmit(async () => {
    await api.patch(`/users/${encodeURIComponent(user.username)}`, { role, cameras, enabled });
    await client.invalidateQueries({ queryKey: accountKeys.users });
    notice.done(t('edit.done', { name: user.username }));
    onClose();
  });
  return (
    <DialogForm form={form} action={t('edit.action')} onClose={onClose} blocked={cameras?.length === 0}>
      <RoleField value={role} onChange={setRole} roles={ROLES} error={form.wrong('/role')} />
      <CameraLimit value={cameras} onChange={setCameras} error={form.wrong('/cameras')} />
      <Switch
        label={t('edit.enabled')}
        description={t(self ? 'edit.selfHint' : 'edit.enabledHint')}
        checked={enabled}
        onChange={(event) => setEnabled(event.currentTarget.checked)}
      />
    </DialogForm>
  );
}

export function ResetPassword({ user, onClose }: { user: User; onClose: () => void }) {
  const { t } = useTranslation('users');
  const notice = useNotice();
  const [password, setPassword] = useState('');
  const form = useSubmit(async () => {
    await api.patch(`/users/${encodeURIComponent(user.username)}`, { password });
    notice.done(t('reset.done', { name: user.username }));
    onClose();
  });
  return (
    <DialogForm form={form} action={t('reset.action')} onClose={onClose} blocked={password === ''}>
      <NewPassword
        label={t('password.new')}
        value={password}
        onChange={setPassword}
        error={form.wrong('/password') ?? form.wrong('')}
      />
    </DialogForm>
  );
}
