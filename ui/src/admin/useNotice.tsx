import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useProblemText } from '../common';

/** Says what happened, for a moment, and offers to take it back where that is possible. */
export function useNotice() {
  const { t } = useTranslation('system');
  const { t: common } = useTranslation();
  const problemText = useProblemText();
  const closeButtonProps = { 'aria-label': common('close') };
  return {
    done(text: string, undo?: () => void) {
      const id = notifications.show({
        icon: <IconCheck size={18} aria-hidden />,
        closeButtonProps,
        autoClose: undo ? 10_000 : 4_000,
        message: undo ? (
          <Group gap="sm" wrap="nowrap" justify="space-between">
            <Text size="sm">{text}</Text>
            <Button
              size="compact-sm"
              variant="light"
              onClick={() => {
                notifications.hide(id);
                undo();
              }}
            >
              {t('undo')}
            </Button>
          </Group>
        ) : (
          text
        ),
      });
    },
    failed(problem: unknown, title?: string) {
      notifications.show({
        color: 'red',
        icon: <IconAlertTriangle size={18} aria-hidden />,
        closeButtonProps,
        autoClose: 10_000,
        title,
        message: problemText(problem),
      });
    },
  };
}
