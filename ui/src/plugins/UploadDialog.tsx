import { Button, Code, Group, List, Modal, PasswordInput, Progress, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconShieldCheck, IconShieldQuestion, IconUpload } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, type DragEvent, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Callout } from '../admin/Callout';
import { useNotice } from '../admin/useNotice';
import { api, ApiProblem, keys, type Uploaded } from '../api';
import { useFormat, useProblemText } from '../common';
import { upload } from './upload';
import classes from './UploadDialog.module.css';

type Stage =
  | { is: 'choosing' }
  | { is: 'looking' | 'installing'; fraction: number }
  | { is: 'asking'; plan: Uploaded }
  | { is: 'confirming'; plan: Uploaded; busy?: boolean; problem?: unknown }
  | { is: 'refused'; problem: unknown };

interface UploadDialogProps {
  opened: boolean;
  /** Dropped on the page, if it was. */
  first: File | null;
  onClose: () => void;
}

export function UploadDialog({ opened, first, onClose }: UploadDialogProps) {
  const { t } = useTranslation('plugins');
  const { t: common } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('upload.title')}
      size="lg"
      centered
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': common('close') }}
    >
      <Upload first={first} onClose={onClose} />
    </Modal>
  );
}

/** The server looks first and says what would happen; only then is anything installed. */
function Upload({ first, onClose }: Omit<UploadDialogProps, 'opened'>) {
  const { t } = useTranslation('plugins');
  const { t: common } = useTranslation();
  const client = useQueryClient();
  const notice = useNotice();
  const format = useFormat();
  const problemText = useProblemText();
  const input = useRef<HTMLInputElement>(null);
  const [stage, setStage] = useState<Stage>({ is: 'choosing' });
  const [file, setFile] = useState<File | null>(first);
  const [life] = useState(() => new AbortController());

  useEffect(() => () => life.abort(), [life]);

  const look = async (chosen: File) => {
    setFile(chosen);
    setStage({ is: 'looking', fraction: 0 });
    try {
      const plan = await upload(chosen, {
        dryRun: true,
        signal: life.signal,
        onProgress: (fraction) => setStage({ is: 'looking', fraction }),
      });
      setStage({ is: 'asking', plan });
    } catch (problem) {
      if (!life.signal.aborted) {
        setStage({ is: 'refused', problem });
      }
    }
  };

  const begun = useRef(false);
  useEffect(() => {
    if (first && !begun.current) {
      begun.current = true;
      void look(first);
    }
  });

  const install = async (plan: Uploaded) => {
    if (!file) {
      return;
    }
    setStage({ is: 'installing', fraction: 0 });
    try {
      await upload(file, {
        dryRun: false,
        signal: life.signal,
        onProgress: (fraction) => setStage({ is: 'installing', fraction }),
      });
      await client.invalidateQueries({ queryKey: keys.plugins });
      await client.invalidateQueries({ queryKey: ['providers'] });
      notice.done(t('upload.done', { name: plan.name, version: plan.version }));
      onClose();
    } catch (problem) {
      if (problem instanceof ApiProblem && problem.unconfirmed) {
        setStage({ is: 'confirming', plan });
      } else if (!life.signal.aborted) {
        setStage({ is: 'refused', problem });
      }
    }
  };

  const confirm = async (event: FormEvent<HTMLFormElement>, plan: Uploaded) => {
    event.preventDefault();
    const password = new FormData(event.currentTarget).get('password');
    setStage({ is: 'confirming', plan, busy: true });
    try {
      await api.post('/sessions/current/confirm', { password });
    } catch (problem) {
      setStage({ is: 'confirming', plan, problem });
      return;
    }
    await install(plan);
  };

  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    const dropped = event.dataTransfer.files[0];
    if (dropped) {
      void look(dropped);
    }
  };

  if (stage.is === 'looking' || stage.is === 'installing') {
    const percent = Math.round(stage.fraction * 100);
    const sent = stage.fraction >= 1;
    return (
      <Stack gap="md">
        <Text size="sm" role="status">
          {t(sent ? `upload.${stage.is}Server` : `upload.${stage.is}`, { name: file?.name ?? '' })}
        </Text>
        <Progress.Root size="lg">
          <Progress.Section
            value={percent}
            animated={sent}
            striped={sent}
            aria-label={t('upload.progress')}
          />
        </Progress.Root>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} disabled={sent && stage.is === 'installing'}>
            {common('cancel')}
          </Button>
        </Group>
      </Stack>
    );
  }

  if (stage.is === 'asking') {
    const { plan } = stage;
    return (
      <Stack gap="md">
        <Text size="sm">
          {t(plan.replaces != null ? 'upload.wouldUpdate' : 'upload.wouldInstall', {
            name: plan.name,
            version: plan.version,
            replaces: plan.replaces,
          })}
        </Text>
        <dl className={classes.facts}>
          <dt>{t('upload.id')}</dt>
          <dd>{plan.id}</dd>
          <dt>{t('upload.size')}</dt>
          <dd>{format.bytes(plan.bytes)}</dd>
          <dt>{t('upload.sha256')}</dt>
          <dd>
            <Code className={classes.hash}>{plan.sha256}</Code>
          </dd>
        </dl>
        {plan.signedBy != null ? (
          <Callout tone="good" icon={<IconShieldCheck aria-hidden />}>
            {t('upload.signed', { by: plan.signedBy })}
          </Callout>
        ) : (
          <Callout tone="warn" icon={<IconShieldQuestion aria-hidden />}>
            {t('upload.unsigned')}
          </Callout>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {common('cancel')}
          </Button>
          <Button onClick={() => void install(plan)} data-autofocus>
            {t(plan.replaces != null ? 'upload.update' : 'upload.install')}
          </Button>
        </Group>
      </Stack>
    );
  }

  if (stage.is === 'confirming') {
    const { plan, busy, problem } = stage;
    return (
      <form onSubmit={(event) => void confirm(event, plan)}>
        <Stack gap="md">
          <Text size="sm">{t('upload.confirm')}</Text>
          <PasswordInput
            name="password"
            label={t('upload.password')}
            autoComplete="current-password"
            required
            data-autofocus
            error={
              problem instanceof ApiProblem && problem.errors.length > 0
                ? problem.errors.map(({ detail }) => detail).join(' ')
                : problem !== undefined && problemText(problem)
            }
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {common('cancel')}
            </Button>
            <Button type="submit" loading={busy}>
              {t(plan.replaces != null ? 'upload.update' : 'upload.install')}
            </Button>
          </Group>
        </Stack>
      </form>
    );
  }

  return (
    <Stack gap="md">
      {stage.is === 'refused' && (
        <Callout tone="bad" role="alert" icon={<IconAlertTriangle aria-hidden />} title={t('upload.refused', { name: file?.name ?? '' })}>
          {stage.problem instanceof ApiProblem && stage.problem.errors.length > 0 ? (
            <List size="sm">
              {stage.problem.errors.map(({ detail }) => (
                <List.Item key={detail}>{detail}</List.Item>
              ))}
            </List>
          ) : stage.problem instanceof ApiProblem && [404, 405].includes(stage.problem.status) ? (
            t('upload.notHere')
          ) : (
            problemText(stage.problem)
          )}
        </Callout>
      )}
      <div className={classes.drop} onDragOver={(event) => event.preventDefault()} onDrop={onDrop}>
        <IconUpload size={28} aria-hidden />
        <Text size="sm">{t('upload.drop')}</Text>
        <Button variant="default" onClick={() => input.current?.click()}>
          {t('upload.choose')}
        </Button>
        <input
          ref={input}
          type="file"
          accept=".jar,.kar,application/java-archive"
          hidden
          aria-label={t('upload.choose')}
          onChange={(event) => {
            const chosen = event.currentTarget.files?.[0];
            if (chosen) {
              void look(chosen);
            }
          }}
        />
      </div>
      <Text size="xs" c="dimmed">
        {t('upload.warning')}
      </Text>
    </Stack>
  );
}
