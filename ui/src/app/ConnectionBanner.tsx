import { Button } from '@mantine/core';
import { IconCloudOff } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { changesOf, useConnection } from '../api/changes';
import classes from './ConnectionBanner.module.css';

/** Says that what is shown may be old, until the connection for news is back. */
export function ConnectionBanner() {
  const { t } = useTranslation('app');
  const client = useQueryClient();
  const lost = useConnection() === 'lost';
  return (
    <div role="status" className={classes.place}>
      {lost && (
        <div className={classes.banner}>
          <IconCloudOff size={18} aria-hidden />
          <span>{t('connection.lost')}</span>
          <Button size="compact-sm" variant="white" color="dark" onClick={() => changesOf(client).hurry()}>
            {t('connection.now')}
          </Button>
        </div>
      )}
    </div>
  );
}
