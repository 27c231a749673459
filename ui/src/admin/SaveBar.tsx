import { Button, Group, Text } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './SaveBar.module.css';

interface SaveBarProps {
  changed: boolean;
  saving: boolean;
  onSave: () => void;
  onDiscard: () => void;
  /** Why it was not saved, or what to know first. */
  message?: ReactNode;
}

/** Stays in sight while there is something to save, and keeps the tab from being closed over it. */
export function SaveBar({ changed, saving, onSave, onDiscard, message }: SaveBarProps) {
  const { t } = useTranslation('system');
  const { t: common } = useTranslation();
  useEffect(() => {
    if (!changed) {
      return undefined;
    }
    const stay = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', stay);
    return () => window.removeEventListener('beforeunload', stay);
  }, [changed]);
  if (!changed) {
    return null;
  }
  return (
    <div className={classes.bar}>
      <Text size="sm" role="status" style={{ flex: 1 }}>
        {message ?? t('save.unsaved')}
      </Text>
      <Group gap="xs" wrap="nowrap">
        <Button variant="default" disabled={saving} onClick={onDiscard}>
          {t('save.discard')}
        </Button>
        <Button loading={saving} onClick={onSave}>
          {common('save')}
        </Button>
      </Group>
    </div>
  );
}
