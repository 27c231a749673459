import { Anchor, Button, Skeleton, Stack } from '@mantine/core';
import { IconBell, IconBellOff } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { DataTable } from '../admin/DataTable';
import { Section } from '../admin/Section';
import { api, ApiProblem, keys, query, useCameras, type Items } from '../api';
import { can, useSession } from '../app/session';
import { EmptyState, ErrorState, Page, TimeText } from '../common';

export interface EventEntry {
  id: string;
  cameraId: string;
  type: string;
  label?: string | null;
  startedAt: string;
  endedAt?: string | null;
}

const PAGE = 50;

/** What happened, newest first. A server without events says so by 404, and so does the page. */
export default function EventsPage() {
  const { t } = useTranslation('events');
  const session = useSession();
  const cameras = useCameras();
  const events = useInfiniteQuery({
    queryKey: keys.events,
    retry: (failures, problem) => problem instanceof ApiProblem && problem.transient && failures < 4,
    initialPageParam: '',
    queryFn: ({ signal, pageParam }) =>
      api.get<Items<EventEntry>>(`/events${query({ limit: PAGE, cursor: pageParam === '' ? undefined : pageParam })}`, {
        signal,
      }),
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const absent = events.error instanceof ApiProblem && events.error.status === 404;
  const entries = events.data?.pages.flatMap(({ items }) => items) ?? [];

  return (
    <Page title={t('title')} description={absent ? undefined : t('description')}>
      {events.isPending ? (
        <Skeleton height={320} radius="lg" />
      ) : absent ? (
        <EmptyState
          icon={<IconBellOff size={26} />}
          title={t('absent')}
          action={
            can(session, 'administer') && (
              <Button component={Link} to="/plugins" variant="default">
                {t('toPlugins')}
              </Button>
            )
          }
        >
          {t('absentText')}{' '}
          <Anchor component={Link} to="/playback" inherit underline="always">
            {t('toPlayback')}
          </Anchor>
        </EmptyState>
      ) : events.isError ? (
        <ErrorState problem={events.error} retry={() => void events.refetch()} />
      ) : entries.length === 0 ? (
        <EmptyState icon={<IconBell size={26} />} title={t('none')}>
          {t('noneText')}
        </EmptyState>
      ) : (
        <Section title={t('list')} flush>
          <DataTable
            label={t('list')}
            rows={entries}
            keyOf={({ id }) => id}
            columns={[
              {
                title: t('at'),
                head: true,
                tabular: true,
                cell: ({ cameraId, startedAt }) => (
                  <Anchor
                    component={Link}
                    to={`/playback${query({ cameras: cameraId, at: startedAt })}`}
                    size="sm"
                    underline="always"
                  >
                    <TimeText at={startedAt} style="full" />
                  </Anchor>
                ),
              },
              {
                title: t('camera'),
                cell: ({ cameraId }) => cameras.find(({ id }) => id === cameraId)?.name ?? cameraId,
              },
              {
                title: t('what'),
                cell: ({ type, label }) =>
                  [t(`types.${type}`, { defaultValue: type }), label].filter(Boolean).join(': '),
              },
            ]}
          />
          <Stack align="center" p="md">
            {events.hasNextPage && (
              <Button
                variant="default"
                loading={events.isFetchingNextPage}
                onClick={() => void events.fetchNextPage()}
              >
                {t('more')}
              </Button>
            )}
          </Stack>
        </Section>
      )}
    </Page>
  );
}
