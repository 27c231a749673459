import { Button, Skeleton, Stack } from '@mantine/core';
import { IconDatabaseOff, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCameras, useVolumes, type Volume } from '../api';
import { useInstalled } from '../cameras/installed';
import { EmptyState, ErrorState, Page } from '../common';
import { AddVolume } from './AddVolume';
import { RemoveVolume } from './RemoveVolume';
import { UsageTable } from './UsageTable';
import { VolumeCard } from './VolumeCard';

export default function StoragePage() {
  const { t } = useTranslation('storage');
  const volumes = useVolumes();
  const cameras = useCameras();
  const backends = useInstalled('storage-backends', true).data ?? [];
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Volume | null>(null);
  const known: Volume[] = volumes.data ?? [];
  const addButton = backends.length > 0 && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAdding(true)}>
      {t('add.button')}
    </Button>
  );

  return (
    <Page title={t('title')} description={t('description')} actions={addButton}>
      {volumes.isPending ? (
        <Skeleton height={210} radius="lg" />
      ) : volumes.isError ? (
        <ErrorState problem={volumes.error} retry={() => void volumes.refetch()} />
      ) : (
        <Stack gap="lg">
          {known.length === 0 ? (
            <EmptyState icon={<IconDatabaseOff size={26} />} title={t('none')} action={addButton}>
              {t('noneText')}
            </EmptyState>
          ) : (
            known.map((volume) => (
              <VolumeCard
                key={volume.id}
                volume={volume}
                cameras={cameras}
                onRemove={known.length > 1 ? () => setRemoving(volume) : undefined}
              />
            ))
          )}
          {cameras.length > 0 && <UsageTable cameras={cameras} />}
        </Stack>
      )}
      <AddVolume opened={adding} onClose={() => setAdding(false)} backends={backends} />
      <RemoveVolume volume={removing} onClose={() => setRemoving(null)} />
    </Page>
  );
}
