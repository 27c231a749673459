import { ActionIcon, Button, Menu, Skeleton, Stack, Table, Text } from '@mantine/core';
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
import { Section } from '../admin/Section';
import { useNotice } from '../admin/useNotice';
import { api, useCameras, type User } from '../api';
import { useSession } from '../app/session';
import { ErrorState, Page, StateBadge, TimeText } from '../common';
import { accountKeys, useUsers } from './accounts';
import { FormDialog } from './FormDialog';
import { Tokens } from './Tokens';
import classes from './Tokens.module.css';
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
            <Table verticalSpacing="sm" horizontalSpacing="lg" className={classes.table}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th scope="col">{t('username')}</Table.Th>
                  <Table.Th scope="col">{t('role')}</Table.Th>
                  <Table.Th scope="col">{t('cameras.title')}</Table.Th>
                  <Table.Th scope="col">{t('state')}</Table.Th>
                  <Table.Th scope="col">{t('since')}</Table.Th>
                  <Table.Th scope="col">
                    <span className={classes.unseen}>{t('actions')}</span>
                  </Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {users.data.map((user) => (
                  <Table.Tr key={user.username}>
                    <Table.Td>
                      <Text size="sm" fw={600} span>
                        {user.username}
                      </Text>{' '}
                      {user.username === session.username && (
                        <Text size="xs" c="dimmed" span>
                          {t('you')}
                        </Text>
                      )}
                    </Table.Td>
                    <Table.Td>{t(`roles.${user.role}`, { defaultValue: user.role })}</Table.Td>
                    <Table.Td>{user.cameras ? user.cameras.map(nameOf).join(', ') : t('cameras.every')}</Table.Td>
                    <Table.Td>
                      <StateBadge
                        tone={user.enabled ? 'good' : 'off'}
                        icon={user.enabled ? <IconCircleCheck size={14} /> : <IconCircleOff size={14} />}
                        label={t(user.enabled ? 'enabled' : 'disabled')}
                      />
                    </Table.Td>
                    <Table.Td>
                      <TimeText at={user.createdAt} style="date" />
                    </Table.Td>
                    <Table.Td className={classes.end}>
                      <Menu position="bottom-end">
                        <Menu.Target>
                          <ActionIcon
                            variant="subtle"
                            color="gray"
                            size="lg"
                            aria-label={t('actionsOf', { name: user.username })}
                          >
                            <IconDotsVertical size={18} />
                          </ActionIcon>
                        </Menu.Target>
                        <Menu.Dropdown>
                          <Menu.Item
                            leftSection={<IconPencil size={16} aria-hidden />}
                            onClick={() => setAsked({ what: 'edit', user })}
                          >
                            {t('edit.menu')}
                          </Menu.Item>
                          <Menu.Item
                            leftSection={<IconKey size={16} aria-hidden />}
                            onClick={() => setAsked({ what: 'reset', user })}
                          >
                            {t('reset.menu')}
                          </Menu.Item>
                          <Menu.Divider />
                          <Menu.Item
                            color="red"
                            leftSection={<IconTrash size={16} aria-hidden />}
                            disabled={user.username === session.username}
                            onClick={() => setAsked({ what: 'remove', user })}
                          >
                            {t('remove.menu')}
                          </Menu.Item>
                        </Menu.Dropdown>
                      </Menu>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
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
