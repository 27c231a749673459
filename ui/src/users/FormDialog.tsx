import { Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useProblemText } from '../common';
import type { useSubmit } from './useSubmit';

interface FormDialogProps {
  opened: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
}

export function FormDialog({ opened, onClose, title, children }: FormDialogProps) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      size="lg"
      centered
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      {opened && children}
    </Modal>
  );
}

interface DialogFormProps {
  form: Omit<ReturnType<typeof useSubmit>, 'wrong'>;
  action: string;
  onClose: () => void;
  blocked?: boolean;
  children: ReactNode;
}

export function DialogForm({ form, action, onClose, blocked = false, children }: DialogFormProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  return (
    <form onSubmit={(event) => void form.submit(event)} noValidate>
      <Stack gap="lg">
        {children}
        {form.confirming && (
          <PasswordInput
            name="confirmation"
            label={t('confirmation.label')}
            description={t('confirmation.hint')}
            autoComplete="current-password"
            autoFocus
            error={form.refusal}
          />
        )}
        {form.problem !== null && (
          <Text size="sm" c="red" role="alert">
            {problemText(form.problem)}
          </Text>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button type="submit" loading={form.busy} disabled={blocked}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
