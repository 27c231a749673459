import { Button, Group, Select, Skeleton, Switch, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconDownload, IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Section } from '../admin/Section';
import { api, ApiProblem, query, type Items, type LogEntry } from '../api';
import { ErrorState, useFormat } from '../common';
import classes from './LogView.module.css';

const LEVELS = ['error', 'warn', 'info', 'debug'] as const;
const FOLLOW_MS = 2_000;

export function textOf(entries: readonly LogEntry[]): string {
  return entries.map(({ at, level, logger, message }) => `${at} ${level.toUpperCase().padEnd(5)} ${logger} ${message}\n`).join('');
}

/** The newest entries, newest last. They are read again only while somebody asks to follow. */
export function LogView() {
  const { t } = useTranslation('system');
  const format = useFormat();
  const [level, setLevel] = useState<string>('info');
  const [text, setText] = useState('');
  const [contains] = useDebouncedValue(text, 300);
  const [follow, setFollow] = useState(true);
  const list = useRef<HTMLDivElement>(null);
  const log = useQuery({
    queryKey: ['system', 'log', level, contains],
    retry: false,
    staleTime: 0,
    placeholderData: keepPreviousData,
    refetchInterval: follow ? FOLLOW_MS : false,
    queryFn: async ({ signal }) =>
      (
        await api.get<Items<LogEntry>>(
          `/log${query({ level, limit: 1000, contains: contains === '' ? undefined : contains })}`,
          { signal },
        )
      ).items,
  });
  const entries = log.data;

  useEffect(() => {
    if (follow && list.current) {
      list.current.scrollTop = list.current.scrollHeight;
    }
  }, [follow, entries]);

  const download = () => {
    const address = URL.createObjectURL(new Blob([textOf(entries ?? [])], { type: 'text/plain' }));
    const link = document.createElement('a');
    link.href = address;
    link.download = `vigil-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.log`;
    link.click();
    URL.revokeObjectURL(address);
  };

  if (log.error instanceof ApiProblem && log.error.status === 404) {
    return <Text c="dimmed">{t('log.absent')}</Text>;
  }
  return (
    <Section
      title={t('log.title')}
      description={t('log.description')}
      actions={
        <Button
          variant="default"
          size="xs"
          leftSection={<IconDownload size={16} aria-hidden />}
          disabled={!entries?.length}
          onClick={download}
        >
          {t('log.download')}
        </Button>
      }
    >
      <Group gap="sm" mb="sm">
        <TextInput
          aria-label={t('log.search')}
          placeholder={t('log.search')}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          className={classes.search}
        />
        <Select
          aria-label={t('log.level')}
          value={level}
          onChange={(value) => setLevel(value ?? 'info')}
          allowDeselect={false}
          data={LEVELS.map((one) => ({ value: one, label: t(`log.levels.${one}`) }))}
        />
        <Switch label={t('log.follow')} checked={follow} onChange={(event) => setFollow(event.currentTarget.checked)} />
      </Group>
      {log.isError ? (
        <ErrorState problem={log.error} retry={() => void log.refetch()} />
      ) : entries === undefined ? (
        <Skeleton height={480} />
      ) : (
        <div
          ref={list}
          className={classes.list}
          role="log"
          aria-label={t('log.title')}
          aria-live="off"
          tabIndex={0}
          onWheel={(event) => event.deltaY < 0 && setFollow(false)}
        >
          {entries.length === 0 && (
            <Text size="sm" c="dimmed" p="md">
              {t('log.nothing')}
            </Text>
          )}
          {entries.map((entry, i) => (
            <div key={`${entry.at} ${i}`} className={classes.entry} data-level={entry.level}>
              <time dateTime={entry.at} title={format.time(entry.at, 'full')}>
                {format.time(entry.at, 'seconds')}
              </time>
              <span className={classes.level}>{entry.level.toUpperCase()}</span>
              <span className={classes.message}>
                {entry.message} <span className={classes.logger}>{entry.logger}</span>
              </span>
            </div>
          ))}
        </div>
      )}
    </Section>
  );
}
