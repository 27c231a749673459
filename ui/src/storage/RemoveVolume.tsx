import { Checkbox, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../admin/ConfirmDialog';
import { useNotice } from '../admin/useNotice';
import { api, keys, query, type Volume } from '../api';
import { useFormat } from '../common';

/** Asks more where footage is on the volume: the files stay, and are not known any more. */
export function RemoveVolume({ volume, onClose }: { volume: Volume | null; onClose: () => void }) {
  const { t } = useTranslation('storage');
  const client = useQueryClient();
  const notice = useNotice();
  const format = useFormat();
  const [forget, setForget] = useState(false);
  const footage = (volume?.segments ?? 0) > 0;
  return (
    <ConfirmDialog
      opened={volume !== null}
      onClose={() => {
        setForget(false);
        onClose();
      }}
      title={t('remove.title', { id: volume?.id ?? '' })}
      action={t('remove.action')}
      typed={footage && forget ? volume?.id : undefined}
      run={async () => {
        await api.del(`/volumes/${volume?.id ?? ''}${query({ forget: footage && forget ? true : undefined })}`);
        await client.invalidateQueries({ queryKey: keys.volumes });
        notice.done(t('remove.done', { id: volume?.id ?? '' }));
      }}
    >
      <Stack gap="sm">
        <Text size="sm">
          {footage
            ? t('remove.footage', { value: format.bytes(volume?.recordedBytes ?? 0) })
            : t('remove.empty')}
        </Text>
        {footage && (
          <Checkbox
            label={t('remove.forget')}
            description={t('remove.forgetHint')}
            checked={forget}
            onChange={(event) => setForget(event.currentTarget.checked)}
          />
        )}
      </Stack>
    </ConfirmDialog>
  );
}
