import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useProblemText, useReturnFocus } from '../common';

interface ConfirmDialogProps {
  opened: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  /** The verb of what happens. */
  action: string;
  /** Where `action` is itself a cancelling: what happens otherwise. */
  otherwise?: string;
  /** Must be typed first, where there is no way back. */
  typed?: string;
  danger?: boolean;
  run: () => Promise<unknown>;
}

/** Asks before something that cannot be undone; stays open, and says why, if it fails. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={props.title} centered closeButtonProps={{ 'aria-label': useTranslation().t('close') }}>
      <Question {...props} />
    </Modal>
  );
}

function Question({ onClose, children, action, otherwise, typed, danger = true, run }: ConfirmDialogProps) {
  const { t } = useTranslation('system');
  const { t: common } = useTranslation();
  useReturnFocus();
  const problemText = useProblemText();
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const blocked = typed !== undefined && text.trim() !== typed;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (blocked) {
      return;
    }
    setBusy(true);
    setProblem(null);
    try {
      await run();
      onClose();
    } catch (cause) {
      setProblem(cause);
    } finally {
      setBusy(false);
    }
  };

  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="md">
        <Text size="sm" component="div">
          {children}
        </Text>
        {typed !== undefined && (
          <TextInput
            label={t('confirm.type', { word: typed })}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            data-autofocus
            autoComplete="off"
            spellCheck={false}
          />
        )}
        {problem !== null && (
          <Text size="sm" c="red" role="alert">
            {problemText(problem)}
          </Text>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} disabled={busy}>
            {otherwise ?? common('cancel')}
          </Button>
          <Button type="submit" color={danger ? 'red.9' : undefined} loading={busy} disabled={blocked}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
