import { Button, Skeleton, Table, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../admin/ConfirmDialog';
import { Section } from '../admin/Section';
import { useNotice } from '../admin/useNotice';
import { api, useCameras } from '../api';
import { ErrorState, TimeText, useNow } from '../common';
import { accountKeys, useTokens, type Token } from './accounts';
import { FormDialog } from './FormDialog';
import { TokenForm } from './TokenForm';
import classes from './Tokens.module.css';

/** @param owner whose tokens are shown; all that may be seen if left out */
export function Tokens({ owner }: { owner?: string }) {
  const { t } = useTranslation('users');
  const client = useQueryClient();
  const notice = useNotice();
  const now = useNow(60_000);
  const tokens = useTokens();
  const cameras = useCameras();
  const [adding, setAdding] = useState(false);
  const [revoking, setRevoking] = useState<Token | null>(null);
  const shown = (tokens.data ?? []).filter(({ username }) => owner === undefined || username === owner);
  const nameOf = (id: string) => cameras.find((camera) => camera.id === id)?.name ?? id;

  return (
    <Section
      title={t(owner === undefined ? 'token.all' : 'token.own')}
      description={t('token.description')}
      flush
      actions={
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => setAdding(true)}
        >
          {t('token.add')}
        </Button>
      }
    >
      {tokens.isPending ? (
        <Skeleton height={80} m="lg" />
      ) : tokens.isError ? (
        <ErrorState problem={tokens.error} retry={() => void tokens.refetch()} />
      ) : shown.length === 0 ? (
        <Text size="sm" c="dimmed" px="lg" pt="xs" pb="md">
          {t('token.none')}
        </Text>
      ) : (
        <Table verticalSpacing="sm" horizontalSpacing="lg" className={classes.table}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{t('token.name')}</Table.Th>
              {owner === undefined && <Table.Th scope="col">{t('token.owner')}</Table.Th>}
              <Table.Th scope="col">{t('role')}</Table.Th>
              <Table.Th scope="col">{t('cameras.title')}</Table.Th>
              <Table.Th scope="col">{t('token.expires')}</Table.Th>
              <Table.Th scope="col">
                <span className={classes.unseen}>{t('actions')}</span>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((token) => {
              const over = token.expiresAt != null && new Date(token.expiresAt).getTime() < now;
              return (
                <Table.Tr key={token.id}>
                  <Table.Td>
                    <Text size="sm" fw={600}>
                      {token.name}
                    </Text>
                    <Text size="xs" c="dimmed">
                      {t('token.since')} <TimeText at={token.createdAt} style="date" />
                    </Text>
                  </Table.Td>
                  {owner === undefined && <Table.Td>{token.username}</Table.Td>}
                  <Table.Td>{t(`roles.${token.role}`, { defaultValue: token.role })}</Table.Td>
                  <Table.Td>{token.cameras ? token.cameras.map(nameOf).join(', ') : t('cameras.every')}</Table.Td>
                  <Table.Td>
                    {token.expiresAt == null ? (
                      t('token.neverShort')
                    ) : over ? (
                      t('token.over')
                    ) : (
                      <TimeText at={token.expiresAt} relative />
                    )}
                  </Table.Td>
                  <Table.Td className={classes.end}>
                    <Button
                      size="compact-sm"
                      variant="subtle"
                      color="red"
                      aria-label={t('token.revokeNamed', { name: token.name })}
                      onClick={() => setRevoking(token)}
                    >
                      {t('token.revoke')}
                    </Button>
                  </Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      )}
      <FormDialog opened={adding} onClose={() => setAdding(false)} title={t('token.addTitle')}>
        <TokenForm onClose={() => setAdding(false)} />
      </FormDialog>
      <ConfirmDialog
        opened={revoking !== null}
        onClose={() => setRevoking(null)}
        title={t('token.revokeTitle', { name: revoking?.name ?? '' })}
        action={t('token.revoke')}
        run={async () => {
          await api.del(`/tokens/${revoking?.id ?? ''}`);
          await client.invalidateQueries({ queryKey: accountKeys.tokens });
          notice.done(t('token.revoked', { name: revoking?.name ?? '' }));
        }}
      >
        {t('token.revokeText')}
      </ConfirmDialog>
    </Section>
  );
}
