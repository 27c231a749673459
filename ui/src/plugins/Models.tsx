import { Badge, Button, FileInput, Group, Modal, Select, Stack, Text, Textarea } from '@mantine/core';
import { IconAlertTriangle, IconBrain, IconCircleCheck, IconDownload, IconFileUpload, IconTrash } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Callout } from '../admin/Callout';
import { ConfirmDialog } from '../admin/ConfirmDialog';
import { DataTable } from '../admin/DataTable';
import { Section } from '../admin/Section';
import { useNotice } from '../admin/useNotice';
import { api, ApiProblem, keys, type Items } from '../api';
import { StateBadge, useFormat, useProblemText, useReturnFocus } from '../common';
import type { KnownModel, Model } from '../events/types';
import classes from './PluginsPage.module.css';

const models = [...keys.plugins, 'models'] as const;
const catalogue = [...keys.plugins, 'catalogue'] as const;

/** What detectors of objects look by: those that are here, and those that Vigil knows where to get. */
export function Models() {
  const { t } = useTranslation('plugins');
  const client = useQueryClient();
  const notice = useNotice();
  const installed = useQuery({
    queryKey: models,
    retry: false,
    queryFn: async ({ signal }) => (await api.get<Items<Model>>('/models', { signal })).items,
  });
  const known = useQuery({
    queryKey: catalogue,
    enabled: installed.isSuccess,
    retry: false,
    queryFn: async ({ signal }) => (await api.get<Items<KnownModel>>('/models/catalog', { signal })).items,
  });
  const [adding, setAdding] = useState(false);
  const [getting, setGetting] = useState<string>();
  const [removing, setRemoving] = useState<Model>();

  const refresh = async () => {
    await client.invalidateQueries({ queryKey: keys.plugins });
    await client.invalidateQueries({ queryKey: ['providers'] });
  };
  const get = async ({ id, name }: KnownModel) => {
    setGetting(id);
    const body = new FormData();
    body.append('catalog', id);
    try {
      await api.post('/models', body);
      notice.done(t('models.installed', { name }));
    } catch (problem) {
      notice.failed(problem, t('models.notInstalled', { name }));
    } finally {
      setGetting(undefined);
      await refresh();
    }
  };

  // Without a detector that uses models there is nothing to say of them.
  if (installed.isPending || (installed.error instanceof ApiProblem && installed.error.status === 404)) {
    return null;
  }
  const missing = known.data?.filter((one) => !one.installed) ?? [];
  return (
    <Section
      title={t('models.title')}
      description={t('models.text')}
      flush
      actions={
        <Button size="xs" variant="default" leftSection={<IconFileUpload size={16} aria-hidden />} onClick={() => setAdding(true)}>
          {t('models.add')}
        </Button>
      }
    >
      {installed.data === undefined || installed.data.length === 0 ? (
        <Text size="sm" c="dimmed" px="lg" pb="md">
          {t('models.none')}
        </Text>
      ) : (
        <Installed models={installed.data} onRemove={setRemoving} />
      )}
      {missing.length > 0 && (
        <div className={classes.known}>
          <Text size="sm" fw={600}>
            {t('models.catalogue')}
          </Text>
          <ul>
            {missing.map((one) => (
              <Known key={one.id} model={one} busy={getting === one.id} disabled={getting !== undefined} onGet={() => void get(one)} />
            ))}
          </ul>
        </div>
      )}
      {adding && (
        <AddModel
          known={known.data ?? []}
          onClose={() => setAdding(false)}
          onAdded={(name) => {
            setAdding(false);
            notice.done(t('models.installed', { name }));
            void refresh();
          }}
        />
      )}
      <ConfirmDialog
        opened={removing !== undefined}
        onClose={() => setRemoving(undefined)}
        title={t('models.remove', { name: removing?.name ?? '' })}
        action={t('remove.action')}
        run={async () => {
          await api.del(`/models/${encodeURIComponent(removing?.id ?? '')}`);
          await refresh();
        }}
      >
        {t('models.removeText')}
      </ConfirmDialog>
    </Section>
  );
}

function Installed({ models, onRemove }: { models: readonly Model[]; onRemove: (model: Model) => void }) {
  const { t } = useTranslation('plugins');
  const format = useFormat();
  return (
    <DataTable
      label={t('models.title')}
      rows={models}
      keyOf={({ id }) => id}
      columns={[
        {
          title: t('models.model'),
          head: true,
          cell: ({ id, name, licence, error }) => (
            <>
              <Text size="sm" fw={600}>
                {name}
              </Text>
              <Text size="xs" c="dimmed" className={classes.id}>
                {id} · {licence}
              </Text>
              {error !== null && (
                <Text size="xs" className={classes.error}>
                  {error}
                </Text>
              )}
            </>
          ),
        },
        {
          title: t('models.looks'),
          cell: ({ decoder, widthPx, heightPx, labels }) => (
            <Group gap={4}>
              <Badge variant="default" className={classes.provided}>
                {decoder}
              </Badge>
              <Text size="sm" span title={labels.join(', ')}>
                {t('models.shape', { width: widthPx, height: heightPx, count: labels.length })}
              </Text>
            </Group>
          ),
        },
        { title: t('version'), tabular: true, cell: ({ version }) => version },
        { title: t('upload.size'), tabular: true, cell: ({ bytes }) => format.bytes(bytes) },
        {
          title: t('state'),
          cell: ({ state }) =>
            state === 'ready' ? (
              <StateBadge tone="good" icon={<IconCircleCheck size={14} />} label={t('models.ready')} />
            ) : (
              <StateBadge tone="bad" icon={<IconAlertTriangle size={14} />} label={t('states.error')} />
            ),
        },
        {
          title: t('actions'),
          actions: true,
          cell: (model) => (
            <Button
              size="compact-sm"
              variant="subtle"
              color="gray"
              aria-label={t('models.removeNamed', { name: model.name })}
              onClick={() => onRemove(model)}
            >
              <IconTrash size={17} aria-hidden />
            </Button>
          ),
        },
      ]}
    />
  );
}

function Known({ model, busy, disabled, onGet }: { model: KnownModel; busy: boolean; disabled: boolean; onGet: () => void }) {
  const { t } = useTranslation('plugins');
  const format = useFormat();
  const { name, version, licence, bytes, url } = model;
  return (
    <li>
      <IconBrain size={20} stroke={1.6} aria-hidden />
      <div>
        <Text size="sm" fw={500}>
          {name}
        </Text>
        <Text size="xs" c="dimmed" className={classes.id}>
          {[version, licence, format.bytes(bytes), t('from', { origin: hostOf(url) })].join(' · ')}
        </Text>
      </div>
      <Button
        size="xs"
        variant="light"
        loading={busy}
        disabled={disabled}
        aria-label={t('models.get', { name })}
        leftSection={<IconDownload size={16} aria-hidden />}
        onClick={onGet}
      >
        {t('upload.install')}
      </Button>
    </li>
  );
}

function hostOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return url;
  }
}

/** What a descriptor says, for who has none yet. */
const EXAMPLE = `{
  "id": "my-model", "name": "My model", "version": "1", "licence": "MIT",
  "labels": ["person", "car"],
  "input": {"widthPx": 640, "heightPx": 640, "layout": "nchw", "channels": "rgb", "resize": "letterbox"},
  "decoder": "yolov8"
}`;

interface AddModelProps {
  known: readonly KnownModel[];
  onClose: () => void;
  onAdded: (name: string) => void;
}

function AddModel({ known, onClose, onAdded }: AddModelProps) {
  useReturnFocus();
  const { t } = useTranslation('plugins');
  const { t: common } = useTranslation();
  const problemText = useProblemText();
  const [file, setFile] = useState<File | null>(null);
  const [what, setWhat] = useState('');
  const [descriptor, setDescriptor] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const bundle = file?.name.endsWith('.jar') === true;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (file === null) {
      return;
    }
    const body = new FormData();
    body.append('file', file);
    if (!bundle && what !== '') {
      body.append('catalog', what);
    } else if (!bundle) {
      body.append('descriptor', descriptor);
    }
    setBusy(true);
    setProblem(null);
    try {
      const { name } = await api.post<Model>('/models', body);
      onAdded(name);
    } catch (cause) {
      setProblem(cause);
    } finally {
      setBusy(false);
    }
  };
  const fields = problem instanceof ApiProblem ? problem.errors : [];

  return (
    <Modal opened onClose={onClose} title={t('models.addTitle')} size="lg" closeButtonProps={{ 'aria-label': common('close') }}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <Stack gap="md">
          <FileInput
            label={t('models.file')}
            description={t('models.fileHint')}
            placeholder={t('upload.choose')}
            accept=".onnx,.jar"
            value={file}
            onChange={setFile}
            leftSection={<IconFileUpload size={16} aria-hidden />}
          />
          {file !== null && !bundle && (
            <>
              <Select
                label={t('models.what')}
                data={[{ value: '', label: t('models.described') }, ...known.map(({ id, name }) => ({ value: id, label: name }))]}
                value={what}
                onChange={(next) => setWhat(next ?? '')}
                allowDeselect={false}
              />
              {what === '' && (
                <Textarea
                  label={t('models.descriptor')}
                  description={t('models.descriptorHint')}
                  placeholder={EXAMPLE}
                  value={descriptor}
                  onChange={(event) => setDescriptor(event.currentTarget.value)}
                  rows={8}
                  spellCheck={false}
                  styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '0.75rem' } }}
                />
              )}
            </>
          )}
          <Callout tone="warn" icon={<IconAlertTriangle aria-hidden />}>
            {t('models.warning')}
          </Callout>
          {problem !== null && (
            <Callout tone="bad" role="alert" icon={<IconAlertTriangle aria-hidden />} title={t('models.notInstalled', { name: file?.name ?? '' })}>
              {fields.length > 0 ? fields.map(({ pointer, detail }) => `${pointer.slice(1)}: ${detail}`).join(' ') : problemText(problem)}
            </Callout>
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose} disabled={busy}>
              {common('cancel')}
            </Button>
            <Button type="submit" loading={busy} disabled={file === null || (!bundle && what === '' && descriptor.trim() === '')}>
              {t('upload.install')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
