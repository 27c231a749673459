import { ActionIcon, Button, Menu, Skeleton, Stack, Text } from '@mantine/core';
import {
  IconCircleCheck,
  IconCircleOff,
  IconDotsVertical,
  IconKey,
  IconPencil,
  IconPlus,
  IconTrash,
} from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../admin/ConfirmDialog';
import { DataTable } from '../admin/DataTable';
import { Section } from '../admin/Section';
import { useNotice } from '../admin/useNotice';
import { api, useCameras, type User } from '../api';
import { useSession } from '../app/session';
import { ErrorState, Page, StateBadge, TimeText } from '../common';
import { accountKeys, useUsers } from './accounts';
import { FormDialog } from './FormDialog';
import { Tokens } from './Tokens';
import { AddUser, EditUser, ResetPassword } from './UserForms';

type Asked = { what: 'edit' | 'reset' | 'remove'; user: User } | { what: 'add' };

export default function UsersPage() {
  const { t } = useTranslation('users');
  const client = useQueryClient();
  const notice = useNotice();
  const session = useSession();
  const users = useUsers();
  const cameras = useCameras();
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = () => setAsked(null);
  const nameOf = (id: string) => cameras.find((camera) => camera.id === id)?.name ?? id;

  return (
    <Page
      title={t('title')}
      description={t('description')}
      actions={
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAsked({ what: 'add' })}>
          {t('add.button')}
        </Button>
      }
    >
      {users.isPending ? (
        <Skeleton height={240} radius="lg" />
      ) : users.isError ? (
        <ErrorState problem={users.error} retry={() => void users.refetch()} />
      ) : (
        <Stack gap="lg">
          <Section title={t('users')} flush>
            <DataTable
              label={t('users')}
              rows={users.data}
              keyOf={({ username }) => username}
              columns={[
                {
                  title: t('username'),
                  head: true,
                  cell: ({ username }) => (
                    <>
                      <Text size="sm" fw={600} span>
                        {username}
                      </Text>{' '}
                      {username === session.username && (
                        <Text size="xs" c="dimmed" span>
                          {t('you')}
                        </Text>
                      )}
                    </>
                  ),
                },
                { title: t('role'), cell: ({ role }) => t(`roles.${role}`, { defaultValue: role }) },
                {
                  title: t('cameras.title'),
                  cell: (user) => (user.cameras ? user.cameras.map(nameOf).join(', ') : t('cameras.every')),
                },
                {
                  title: t('state'),
                  cell: ({ enabled }) => (
                    <StateBadge
                      tone={enabled ? 'good' : 'off'}
                      icon={enabled ? <IconCircleCheck size={14} /> : <IconCircleOff size={14} />}
                      label={t(enabled ? 'enabled' : 'disabled')}
                    />
                  ),
                },
                {
                  title: t('since'),
                  tabular: true,
                  cell: ({ createdAt }) => <TimeText at={createdAt} style="date" />,
                },
                {
                  title: t('actions'),
                  actions: true,
                  cell: (user) => (
                    <UserMenu user={user} self={user.username === session.username} onAsk={setAsked} />
                  ),
                },
              ]}
            />
          </Section>
          <Tokens />
        </Stack>
      )}

      <FormDialog opened={asked?.what === 'add'} onClose={close} title={t('add.title')}>
        <AddUser onClose={close} />
      </FormDialog>
      <FormDialog
        opened={asked?.what === 'edit'}
        onClose={close}
        title={t('edit.title', { name: asked?.what === 'edit' ? asked.user.username : '' })}
      >
        {asked?.what === 'edit' && <EditUser user={asked.user} onClose={close} />}
      </FormDialog>
      <FormDialog
        opened={asked?.what === 'reset'}
        onClose={close}
        title={t('reset.title', { name: asked?.what === 'reset' ? asked.user.username : '' })}
      >
        {asked?.what === 'reset' && <ResetPassword user={asked.user} onClose={close} />}
      </FormDialog>
      <ConfirmDialog
        opened={asked?.what === 'remove'}
        onClose={close}
        title={t('remove.title', { name: asked?.what === 'remove' ? asked.user.username : '' })}
        action={t('remove.action')}
        run={async () => {
          if (asked?.what === 'remove') {
            await api.del(`/users/${encodeURIComponent(asked.user.username)}`);
            await client.invalidateQueries({ queryKey: accountKeys.users });
            await client.invalidateQueries({ queryKey: accountKeys.tokens });
            notice.done(t('remove.done', { name: asked.user.username }));
          }
        }}
      >
        {t('remove.text')}
      </ConfirmDialog>
    </Page>
  );
}

interface UserMenuProps {
  user: User;
  self: boolean;
  onAsk: (asked: Asked) => void;
}

function UserMenu({ user, self, onAsk }: UserMenuProps) {
  const { t } = useTranslation('users');
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('actionsOf', { name: user.username })}>
          <IconDotsVertical size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconPencil size={16} aria-hidden />}
          onClick={() => onAsk({ what: 'edit', user })}
        >
          {t('edit.menu')}
        </Menu.Item>
        <Menu.Item leftSection={<IconKey size={16} aria-hidden />} onClick={() => onAsk({ what: 'reset', user })}>
          {t('reset.menu')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          color="red"
          leftSection={<IconTrash size={16} aria-hidden />}
          disabled={self}
          onClick={() => onAsk({ what: 'remove', user })}
        >
          {t('remove.menu')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
