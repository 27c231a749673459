import { Button, Skeleton, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../admin/ConfirmDialog';
import { DataTable } from '../admin/DataTable';
import { Section } from '../admin/Section';
import { useNotice } from '../admin/useNotice';
import { api, useCameras } from '../api';
import { ErrorState, TimeText, useNow } from '../common';
import { accountKeys, useTokens, type Token } from './accounts';
import { FormDialog } from './FormDialog';
import { TokenForm } from './TokenForm';

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
        <DataTable
          label={t(owner === undefined ? 'token.all' : 'token.own')}
          rows={shown}
          keyOf={({ id }) => id}
          columns={[
            {
              title: t('token.name'),
              head: true,
              cell: ({ name, createdAt }) => (
                <>
                  <Text size="sm" fw={600}>
                    {name}
                  </Text>
                  <Text size="xs" c="dimmed">
                    {t('token.since')} <TimeText at={createdAt} style="date" />
                  </Text>
                </>
              ),
            },
            ...(owner === undefined
              ? [{ title: t('token.owner'), cell: ({ username }: Token) => username }]
              : []),
            { title: t('role'), cell: ({ role }) => t(`roles.${role}`, { defaultValue: role }) },
            {
              title: t('cameras.title'),
              cell: (token) => (token.cameras ? token.cameras.map(nameOf).join(', ') : t('cameras.every')),
            },
            {
              title: t('token.expires'),
              cell: ({ expiresAt }) => {
                if (expiresAt == null) {
                  return t('token.neverShort');
                }
                return new Date(expiresAt).getTime() < now ? (
                  t('token.over')
                ) : (
                  <TimeText at={expiresAt} relative />
                );
              },
            },
            {
              title: t('actions'),
              actions: true,
              cell: (token) => (
                <Button
                  size="compact-sm"
                  variant="subtle"
                  color="red"
                  aria-label={t('token.revokeNamed', { name: token.name })}
                  onClick={() => setRevoking(token)}
                >
                  {t('token.revoke')}
                </Button>
              ),
            },
          ]}
        />
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
