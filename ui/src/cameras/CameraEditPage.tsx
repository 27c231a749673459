import { Skeleton, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { ErrorState, Page } from '../common';
import { EditCamera } from './EditCamera';
import { useInstalled } from './installed';
import { NewCamera } from './NewCamera';
import { useVersionedCamera } from './useEditedCamera';

/** `/cameras/new` and `/cameras/:id`. */
export default function CameraEditPage() {
  const { id } = useParams();
  const { t } = useTranslation('cameras');
  const drivers = useInstalled('drivers', true);
  const versioned = useVersionedCamera(id);
  const title = id === undefined ? t('new.title') : (versioned.data?.camera.name ?? t('edit.title'));

  const failed = [drivers, versioned].find((query) => query.isError && query.data === undefined);
  if (failed) {
    return (
      <Page title={title}>
        <ErrorState problem={failed.error} retry={() => void failed.refetch()} />
      </Page>
    );
  }
  if (!drivers.data || (id !== undefined && !versioned.data)) {
    return (
      <Page title={title}>
        <Stack aria-hidden>
          <Skeleton height={36} width={320} />
          <Skeleton height={320} radius="lg" />
        </Stack>
      </Page>
    );
  }
  return versioned.data ? (
    <EditCamera key={id} current={versioned.data} drivers={drivers.data} />
  ) : (
    <NewCamera drivers={drivers.data} />
  );
}
