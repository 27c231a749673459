import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDownload } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api, type Camera, keys, type KeptExport } from '../api';
import { can, useSession } from '../app/session';
import { useProblemText } from '../common';
import { tool } from './tool';

const MINUTES = 5;

/** Something just happened: keep it, with one press. */
export function ExportLastMinutes({ camera }: { camera: Camera }) {
  const { t } = useTranslation('live');
  const account = useSession();
  const client = useQueryClient();
  const navigate = useNavigate();
  const problemText = useProblemText();
  const keep = useMutation({
    mutationFn: () => {
      const to = Date.now();
      return api.post<KeptExport>(`/cameras/${encodeURIComponent(camera.id)}/exports`, {
        from: new Date(to - MINUTES * 60_000).toISOString(),
        to: new Date(to).toISOString(),
        name: t('page.exportName', { name: camera.name }),
      });
    },
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: keys.exports });
      const shown = notifications.show({
        title: t('page.exporting'),
        message: (
          <Button
            variant="subtle"
            size="compact-sm"
            onClick={() => {
              notifications.hide(shown);
              void navigate('/exports');
            }}
          >
            {t('page.openExports')}
          </Button>
        ),
      });
    },
    onError: (problem) =>
      notifications.show({ color: 'red', title: t('page.exportFailed'), message: problemText(problem) }),
  });
  if (!can(account, 'export', camera.id)) return null;
  return (
    <Button
      classNames={tool}
      variant="subtle"
      color="gray"
      size="xs"
      leftSection={<IconDownload size={16} />}
      loading={keep.isPending}
      onClick={() => keep.mutate()}
    >
      {t('page.export')}
    </Button>
  );
}
