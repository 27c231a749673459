import { Button, Group, List, Modal, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

interface ConflictDialogProps {
  /** Names of fields that both changed, or that the other did; null while there is no conflict. */
  theirs: readonly string[] | null;
  mine: readonly string[];
  onClose: () => void;
  onTakeTheirs: () => void;
  onKeepMine: () => void;
}

/** Somebody else saved the same camera in the meantime: nobody's work is thrown away unasked. */
export function ConflictDialog({ theirs, mine, onClose, onTakeTheirs, onKeepMine }: ConflictDialogProps) {
  const { t } = useTranslation('cameras');
  const { t: common } = useTranslation();
  const both = (theirs ?? []).filter((field) => mine.includes(field));
  const name = (field: string) => t(`fields.${field}`, { defaultValue: field });
  return (
    <Modal
      opened={theirs !== null}
      onClose={onClose}
      title={t('conflict.title')}
      centered
      closeButtonProps={{ 'aria-label': common('close') }}
    >
      <Stack gap="md">
        <Text size="sm">{t('conflict.text')}</Text>
        <List size="sm" spacing={4}>
          <List.Item>{t('conflict.theirs', { fields: (theirs ?? []).map(name).join(', ') || t('conflict.nothing') })}</List.Item>
          <List.Item>{t('conflict.mine', { fields: mine.map(name).join(', ') })}</List.Item>
        </List>
        <Text size="sm" fw={600}>
          {both.length > 0 ? t('conflict.both', { fields: both.map(name).join(', ') }) : t('conflict.apart')}
        </Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="subtle" onClick={onClose}>
            {common('cancel')}
          </Button>
          <Button variant="default" onClick={onTakeTheirs}>
            {t('conflict.takeTheirs')}
          </Button>
          <Button onClick={onKeepMine}>{t('conflict.keepMine')}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
