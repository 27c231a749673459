import { Anchor, Table, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Section } from '../admin/Section';
import { api, useCameras, useChange, type Items } from '../api';
import { useFormat, useNow } from '../common';
import classes from './AuditView.module.css';

const KEY = ['system', 'workers'];

export interface Worker {
  id: string;
  kind: string;
  pid: number;
  cameras: string[];
  since: string;
  rssBytes?: number | null;
  cpuSeconds?: number | null;
}

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
        <Table verticalSpacing="sm" horizontalSpacing="lg" className={classes.table}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{t('workers.kind')}</Table.Th>
              <Table.Th scope="col">{t('workers.cameras')}</Table.Th>
              <Table.Th scope="col">{t('workers.pid')}</Table.Th>
              <Table.Th scope="col">{t('workers.memory')}</Table.Th>
              <Table.Th scope="col">{t('workers.cpu')}</Table.Th>
              <Table.Th scope="col">{t('workers.since')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {workers.data.map((worker) => (
              <Table.Tr key={`${worker.kind} ${worker.id}`}>
                <Table.Td>
                  <Text size="sm" fw={600}>
                    {t(`workers.kinds.${worker.kind}`, { defaultValue: worker.kind })}
                  </Text>
                  <Text size="xs" c="dimmed">
                    {worker.id}
                  </Text>
                </Table.Td>
                <Table.Td>
                  {worker.cameras.length === 0
                    ? t('workers.spare')
                    : worker.cameras.map((id, i) => (
                        <span key={id}>
                          {i > 0 && ', '}
                          <Anchor component={Link} to={`/cameras/${id}/live`} c="inherit" size="sm">
                            {cameras.find((one) => one.id === id)?.name ?? id}
                          </Anchor>
                        </span>
                      ))}
                </Table.Td>
                <Table.Td className={classes.time}>{worker.pid}</Table.Td>
                <Table.Td className={classes.time}>{worker.rssBytes ? format.bytes(worker.rssBytes) : '–'}</Table.Td>
                <Table.Td className={classes.time}>
                  {worker.cpuSeconds == null ? '–' : format.duration(worker.cpuSeconds)}
                </Table.Td>
                <Table.Td className={classes.time}>
                  <span title={format.time(worker.since, 'full')}>{format.relative(worker.since, now)}</span>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Section>
  );
}
