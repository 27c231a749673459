import { Button, Group, Loader, Stack, Text, TextInput } from '@mantine/core';
import { IconCheck, IconRadar2, IconRefresh, IconSearch, IconVideo, IconVideoPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Callout } from '../admin/Callout';
import { api, type Camera, type FoundCamera, type ProviderType, useCameras } from '../api';
import type { components } from '../api/schema';
import { useProblemText } from '../common';
import { said } from '../i18n';
import classes from './Discovery.module.css';
import { isUnfinished, knownAs, whereOf } from './found';

/** From so many on, somebody wants to search among them. */
const MANY = 8;

interface DiscoveryProps {
  drivers: readonly ProviderType[];
  /** The one whose settings are in the form now. */
  used: FoundCamera | undefined;
  onUse: (camera: FoundCamera) => void;
}

/** Looks once when the page opens, and again when asked. */
export function Discovery({ drivers, used, onUse }: DiscoveryProps) {
  const { t } = useTranslation('cameras');
  const problemText = useProblemText();
  const cameras = useCameras();
  const [wanted, setWanted] = useState('');
  const search = useQuery({
    queryKey: ['discovery'],
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
    queryFn: ({ signal }) => api.post<components['schemas']['Discovery']>('/cameras/discover', undefined, { signal }),
  });
  const { items = [], finders, failed = {} } = search.data ?? {};
  const all = items.map((found) => ({ found, known: knownAs(found, cameras) }));
  const fresh = all.filter(({ known }) => known?.same !== true);
  const needle = wanted.trim().toLocaleLowerCase();
  const shown = [...fresh, ...all.filter(({ known }) => known?.same === true)].filter(({ found }) =>
    `${found.name} ${found.address}`.toLocaleLowerCase().includes(needle),
  );

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
        ) : items.length === 0 ? (
          <Text size="sm">{t(finders?.length === 0 ? 'discovery.noFinder' : 'discovery.nothing')}</Text>
        ) : (
          <Text size="sm">
            {t('discovery.found', { count: items.length })}
            {fresh.length < items.length && ` ${t('discovery.added', { count: items.length - fresh.length })}`}
          </Text>
        )}
        {finders?.length !== 0 && (
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
      {Object.entries(failed).map(([finder, cause]) => (
        <Callout key={finder} tone="warn" icon={<IconRadar2 aria-hidden />}>
          {t('discovery.finderFailed', { finder, cause: said(cause) })}
        </Callout>
      ))}
      {items.length > MANY && (
        <TextInput
          size="xs"
          aria-label={t('discovery.search')}
          placeholder={t('discovery.search')}
          leftSection={<IconSearch size={14} aria-hidden />}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
      )}
      {items.length > 0 && (
        <ul className={classes.list} aria-label={t('discovery.title')}>
          {shown.map(({ found, known }) => (
            <li key={`${found.driver} ${found.address}`} className={classes.item} data-known={known?.same || undefined}>
              <IconVideo size={20} stroke={1.6} aria-hidden className={classes.icon} />
              <div className={classes.words}>
                <Text size="sm" fw={600}>
                  {found.name}
                </Text>
                <Text size="xs" c="dimmed">
                  {whereOf(found)}
                </Text>
                {isUnfinished(found) && !known?.same && <Text size="xs">{t('discovery.unfinished')}</Text>}
                {known && !known.same && (
                  <Text size="xs" c="dimmed">
                    {t('discovery.beside', { name: known.camera.name })}
                  </Text>
                )}
              </div>
              <Use found={found} known={known?.same ? known.camera : undefined} drivers={drivers} used={used === found} onUse={onUse} />
            </li>
          ))}
          {shown.length === 0 && (
            <li>
              <Text size="sm" c="dimmed">
                {t('discovery.noneOfThem')}
              </Text>
            </li>
          )}
        </ul>
      )}
    </Stack>
  );
}

interface UseProps {
  found: FoundCamera;
  known: Camera | undefined;
  drivers: readonly ProviderType[];
  used: boolean;
  onUse: (camera: FoundCamera) => void;
}

function Use({ found, known, drivers, used, onUse }: UseProps) {
  const { t } = useTranslation('cameras');
  if (known) {
    return (
      <Button component={Link} to={`/cameras/${known.id}`} size="xs" variant="subtle" color="gray" leftSection={<IconCheck size={16} aria-hidden />}>
        {t('discovery.isAdded', { name: known.name })}
      </Button>
    );
  }
  if (!drivers.some(({ id }) => id === found.driver)) {
    return (
      <Text size="xs" c="dimmed">
        {t('discovery.noDriver', { driver: found.driver })}
      </Text>
    );
  }
  return (
    <Button
      size="xs"
      variant={used ? 'filled' : 'light'}
      leftSection={used ? <IconCheck size={16} aria-hidden /> : <IconVideoPlus size={16} aria-hidden />}
      aria-label={t(used ? 'discovery.usedNamed' : 'discovery.useNamed', { name: found.name })}
      onClick={() => onUse(found)}
    >
      {t(used ? 'discovery.used' : 'discovery.use')}
    </Button>
  );
}
