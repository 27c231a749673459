import { Button, Center, Group, Select, Skeleton, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DataTable } from '../admin/DataTable';
import { Section } from '../admin/Section';
import { api, query, type Items } from '../api';
import type { components } from '../api/schema';
import { EmptyState, ErrorState, TimeText } from '../common';
import classes from './AuditView.module.css';
import { deedOf } from './deeds';

export type AuditEntry = components['schemas']['AuditEntry'];

const PAGE = 100;

/** Who did what, newest first. Filters look through what has been loaded, and say so. */
export function AuditView() {
  const { t } = useTranslation('system');
  const [text, setText] = useState('');
  const [user, setUser] = useState<string | null>(null);
  const [outcome, setOutcome] = useState<string | null>(null);
  const audit = useInfiniteQuery({
    queryKey: ['system', 'audit'],
    staleTime: 0,
    initialPageParam: '',
    queryFn: ({ signal, pageParam }) =>
      api.get<Items<AuditEntry>>(`/audit${query({ limit: PAGE, cursor: pageParam === '' ? undefined : pageParam })}`, {
        signal,
      }),
    getNextPageParam: ({ next }) => next ?? undefined,
  });

  if (audit.isPending) {
    return <Skeleton height={480} radius="lg" />;
  }
  if (audit.isError) {
    return <ErrorState problem={audit.error} retry={() => void audit.refetch()} />;
  }
  const loaded = audit.data.pages.flatMap(({ items }) => items);
  const users = [...new Set(loaded.map(({ username }) => username).filter(Boolean))].sort();
  const shown = loaded.filter(
    (entry) =>
      (user === null || entry.username === user) &&
      (outcome === null || (outcome === 'ok') === (entry.outcome === 'ok')) &&
      `${entry.username} ${entry.action} ${entry.target} ${entry.from} ${entry.outcome}`
        .toLowerCase()
        .includes(text.toLowerCase()),
  );

  return (
    <Section title={t('audit.title')} description={t('audit.description')} flush>
      <Group gap="sm" px="lg" pb="sm">
        <TextInput
          aria-label={t('audit.search')}
          placeholder={t('audit.search')}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          className={classes.search}
        />
        <Select
          aria-label={t('audit.user')}
          placeholder={t('audit.anyUser')}
          data={users}
          value={user}
          onChange={setUser}
          clearable
          clearButtonProps={{ 'aria-label': t('audit.anyUser') }}
        />
        <Select
          aria-label={t('audit.outcome')}
          placeholder={t('audit.anyOutcome')}
          data={[
            { value: 'ok', label: t('audit.ok') },
            { value: 'refused', label: t('audit.refused') },
          ]}
          value={outcome}
          onChange={setOutcome}
          clearable
          clearButtonProps={{ 'aria-label': t('audit.anyOutcome') }}
        />
      </Group>
      {shown.length === 0 ? (
        <EmptyState title={t('audit.nothing')}>{audit.hasNextPage && t('audit.nothingYet')}</EmptyState>
      ) : (
        <DataTable
          label={t('audit.title')}
          rows={shown}
          keyOf={({ id }) => id}
          columns={[
            { title: t('audit.at'), tabular: true, cell: ({ at }) => <TimeText at={at} style="full" /> },
            { title: t('audit.user'), cell: ({ username }) => username || '–' },
            { title: t('audit.what'), cell: (entry) => <What entry={entry} /> },
            {
              title: t('audit.outcome'),
              cell: ({ outcome: how }) =>
                how === 'ok' ? (
                  t('audit.ok')
                ) : (
                  <span className={classes.refused}>{t('audit.refusedAs', { outcome: how })}</span>
                ),
            },
            { title: t('audit.from'), tabular: true, cell: ({ from }) => from || '–' },
          ]}
        />
      )}
      <Center p="md">
        {audit.hasNextPage ? (
          <Button variant="default" loading={audit.isFetchingNextPage} onClick={() => void audit.fetchNextPage()}>
            {t('audit.more')}
          </Button>
        ) : (
          <Text size="sm" c="dimmed">
            {t('audit.all', { count: loaded.length })}
          </Text>
        )}
      </Center>
    </Section>
  );
}

function What({ entry }: { entry: AuditEntry }) {
  const { t } = useTranslation('system');
  const { words, what } = deedOf(entry.action, entry.target);
  return (
    <>
      {words !== undefined && (
        <Text size="sm" span>
          {t(`audit.deeds.${words}`)}
        </Text>
      )}{' '}
      <span className={classes.target}>{what}</span>
    </>
  );
}
