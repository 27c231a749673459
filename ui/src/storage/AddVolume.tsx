import { Button, Group, Modal, Radio, Skeleton, Stack, Text } from '@mantine/core';
import type { RJSFSchema } from '@rjsf/utils';
import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useNotice } from '../admin/useNotice';
import { api, ApiProblem, keys, type ProviderType, type WrongField } from '../api';
import type { SchemaFormHandle } from '../cameras/SchemaForm';
import { useProvided } from '../cameras/schemaTexts';
import { entered, errorsUnder, type Settings } from '../cameras/settings';
import { useProblemText } from '../common';

const SchemaForm = lazy(async () => ({ default: (await import('../cameras/SchemaForm')).SchemaForm }));

interface AddVolumeProps {
  opened: boolean;
  onClose: () => void;
  backends: readonly ProviderType[];
}

export function AddVolume({ opened, onClose, backends }: AddVolumeProps) {
  const { t } = useTranslation('storage');
  const { t: common } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('add.title')}
      size="lg"
      centered
      closeButtonProps={{ 'aria-label': common('close') }}
    >
      <AddForm onClose={onClose} backends={backends} />
    </Modal>
  );
}

function AddForm({ onClose, backends }: Omit<AddVolumeProps, 'opened'>) {
  const { t } = useTranslation('storage');
  const { t: common } = useTranslation();
  const client = useQueryClient();
  const notice = useNotice();
  const problemText = useProblemText();
  const provided = useProvided('storage');
  const form = useRef<SchemaFormHandle>(null);
  const [backendId, setBackendId] = useState(backends[0]?.id ?? '');
  const [settings, setSettings] = useState<Settings>({});
  const [errors, setErrors] = useState<readonly WrongField[]>([]);
  const [problem, setProblem] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const backend = backends.find(({ id }) => id === backendId);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (form.current?.validate() !== true) {
      return;
    }
    setBusy(true);
    setErrors([]);
    setProblem(null);
    try {
      await api.post('/volumes', { backend: backendId, settings: entered(settings) });
      await client.invalidateQueries({ queryKey: keys.volumes });
      notice.done(t('add.done'));
      onClose();
    } catch (cause) {
      const fields = cause instanceof ApiProblem ? errorsUnder('/settings', cause.errors) : [];
      setErrors(fields);
      setProblem(fields.length > 0 ? null : cause);
    } finally {
      setBusy(false);
    }
  };

  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack gap="lg">
        <Text size="sm">{t('add.text')}</Text>
        {backends.length > 1 && (
          <Radio.Group
            label={t('add.backend')}
            value={backendId}
            onChange={(id) => {
              setBackendId(id);
              setSettings({});
            }}
          >
            <Stack gap="xs" mt="xs">
              {backends.map(provided).map(({ id, name, description }) => (
                <Radio key={id} value={id} label={name} description={description} />
              ))}
            </Stack>
          </Radio.Group>
        )}
        {backend && (
          <Suspense fallback={<Skeleton height={58} />}>
            <SchemaForm
              key={backend.id}
              ref={form}
              schema={backend.schema as RJSFSchema}
              provider={`storage.${backend.id}`}
              value={settings}
              onChange={setSettings}
              errors={errors}
              idPrefix="volume"
            />
          </Suspense>
        )}
        {problem !== null && (
          <Text size="sm" c="red" role="alert">
            {problemText(problem)}
            {problem instanceof ApiProblem && problem.errors.map(({ detail }) => ` ${detail}`)}
          </Text>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {common('cancel')}
          </Button>
          <Button type="submit" loading={busy}>
            {t('add.action')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
