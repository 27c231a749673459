import { Button, Group, Loader, Stack, Text } from '@mantine/core';
import { IconRadar2, IconRefresh, IconVideoPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Callout } from '../admin/Callout';
import { api } from '../api';
import { useProblemText } from '../common';
import classes from './Discovery.module.css';
import type { Settings } from './settings';

export interface FoundCamera {
  name: string;
  driver: string;
  settings: Settings;
  address?: string;
}

interface Found {
  items: FoundCamera[];
  /** What looked; servers before 0.2 do not say. */
  finders?: string[];
  failed?: Record<string, string>;
}

/** Looks once when the page opens, and again when asked. */
export function Discovery({ onUse }: { onUse: (camera: FoundCamera) => void }) {
  const { t } = useTranslation('cameras');
  const problemText = useProblemText();
  const search = useQuery({
    queryKey: ['discovery'],
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
    queryFn: ({ signal }) => api.post<Found>('/cameras/discover', undefined, { signal }),
  });
  const found = search.data;

  return (
    <Stack gap="sm">
      <div role="status" className={classes.status}>
        {search.isFetching ? (
          <Group gap="xs">
            <Loader size={16} aria-hidden />
            <Text size="sm">{t('discovery.running')}</Text>
          </Group>
        ) : search.isError ? (
          <Text size="sm">{t('discovery.failed', { cause: problemText(search.error) })}</Text>
        ) : found?.items.length === 0 ? (
          <Text size="sm">{t(found.finders?.length === 0 ? 'discovery.noFinder' : 'discovery.nothing')}</Text>
        ) : (
          <Text size="sm">{t('discovery.found', { count: found?.items.length ?? 0 })}</Text>
        )}
        {found?.finders?.length !== 0 && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconRefresh size={14} aria-hidden />}
            disabled={search.isFetching}
            onClick={() => void search.refetch()}
          >
            {t('discovery.again')}
          </Button>
        )}
      </div>
      {Object.entries(found?.failed ?? {}).map(([finder, cause]) => (
        <Callout key={finder} tone="warn" icon={<IconRadar2 aria-hidden />}>
          {t('discovery.finderFailed', { finder, cause })}
        </Callout>
      ))}
      {(found?.items.length ?? 0) > 0 && (
        <ul className={classes.list}>
          {found?.items.map((camera, i) => (
            <li key={i} className={classes.item}>
              <div className={classes.words}>
                <Text size="sm" fw={600}>
                  {camera.name}
                </Text>
                <Text size="xs" c="dimmed">
                  {camera.address ?? String(camera.settings.url ?? '')}
                </Text>
              </div>
              <Button
                size="xs"
                variant="light"
                leftSection={<IconVideoPlus size={16} aria-hidden />}
                aria-label={t('discovery.useNamed', { name: camera.name })}
                onClick={() => onUse(camera)}
              >
                {t('discovery.use')}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Stack>
  );
}
