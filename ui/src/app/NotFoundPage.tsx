import { Button } from '@mantine/core';
import { IconMapPinOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { EmptyState } from '../common/EmptyState';
import { Page } from '../common/Page';

export function NotFoundPage() {
  const { t } = useTranslation('app');
  return (
    <Page title={t('notFound.title')} bleed>
      <EmptyState
        icon={<IconMapPinOff size={26} />}
        title={t('notFound.title')}
        action={
          <Button component={Link} to="/live" variant="default">
            {t('notFound.home')}
          </Button>
        }
      >
        {t('notFound.text')}
      </EmptyState>
    </Page>
  );
}
