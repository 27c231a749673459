import { Anchor, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { DataTable } from '../admin/DataTable';
import { Section } from '../admin/Section';
import { api, useCameras, useChange, type Items, type Worker } from '../api';
import { useFormat, useNow } from '../common';

const KEY = ['system', 'workers'];

/** The processes that receive and decode; nothing where a server does not list them. */
export function Workers() {
  const { t } = useTranslation('system');
  const format = useFormat();
  const now = useNow(10_000);
  const cameras = useCameras();
  const client = useQueryClient();
  const workers = useQuery({
    queryKey: KEY,
    retry: false,
    queryFn: async ({ signal }) => (await api.get<Items<Worker>>('/workers', { signal })).items,
  });
  // The server's news of its load come every few seconds; the table follows them and has no clock of its own.
  useChange('system', () => void client.invalidateQueries({ queryKey: KEY }));
  if (!workers.data) {
    return null;
  }
  return (
    <Section title={t('workers.title')} description={t('workers.description')} flush>
      {workers.data.length === 0 ? (
        <Text size="sm" c="dimmed" px="lg" pb="md">
          {t('workers.none')}
        </Text>
      ) : (
        <DataTable
          label={t('workers.title')}
          rows={workers.data}
          keyOf={({ kind, id }) => `${kind} ${id}`}
          columns={[
            {
              title: t('workers.kind'),
              head: true,
              cell: ({ kind, id }) => (
                <>
                  <Text size="sm" fw={600}>
                    {t(`workers.kinds.${kind}`, { defaultValue: kind })}
                  </Text>
                  <Text size="xs" c="dimmed">
                    {id}
                  </Text>
                </>
              ),
            },
            {
              title: t('workers.cameras'),
              cell: (worker) =>
                worker.cameras.length === 0
                  ? t('workers.spare')
                  : worker.cameras.map((id, i) => (
                      <span key={id}>
                        {i > 0 && ', '}
                        <Anchor component={Link} to={`/cameras/${id}/live`} c="inherit" size="sm" underline="always">
                          {cameras.find((one) => one.id === id)?.name ?? id}
                        </Anchor>
                      </span>
                    )),
            },
            {
              title: t('workers.decoders'),
              cell: ({ decoders }) =>
                decoders.map(({ camera, stream, name, left }) => (
                  <Text key={`${camera} ${stream}`} size="xs">
                    {name}
                    {left.map((one) => (
                      <Text key={one.name} span display="block" size="xs" c="orange">
                        {t('workers.left', { name: one.name, cause: one.cause })}
                      </Text>
                    ))}
                  </Text>
                )),
            },
            { title: t('workers.pid'), tabular: true, cell: ({ pid }) => pid },
            {
              title: t('workers.memory'),
              tabular: true,
              cell: ({ rssBytes }) => (rssBytes ? format.bytes(rssBytes) : '–'),
            },
            {
              title: t('workers.cpu'),
              tabular: true,
              cell: ({ cpuSeconds }) => (cpuSeconds == null ? '–' : format.duration(cpuSeconds)),
            },
            {
              title: t('workers.since'),
              tabular: true,
              cell: ({ since }) => <span title={format.time(since, 'full')}>{format.relative(since, now)}</span>,
            },
          ]}
        />
      )}
    </Section>
  );
}
