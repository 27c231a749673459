import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';

/** So long something can be taken back. */
export const UNDO_MS = 10_000;

/** Says what was done, with a way back; gives the notice's id. */
export function useUndoNotice(): (text: string, undo: () => void) => string {
  const { t } = useTranslation();
  const { t: system } = useTranslation('system');
  return (text, undo) => {
    const id = notifications.show({
      autoClose: UNDO_MS,
      closeButtonProps: { 'aria-label': t('close') },
      message: (
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
            {system('undo')}
          </Button>
        </Group>
      ),
    });
    return id;
  };
}
