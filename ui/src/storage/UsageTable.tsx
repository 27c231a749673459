import { Anchor, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { DataTable, type Column } from '../admin/DataTable';
import { Section } from '../admin/Section';
import { useNotice } from '../admin/useNotice';
import { api, ApiProblem, keys, type Camera, type Items, type Usage, type WrongField } from '../api';
import { type Retention, retentionOf } from '../cameras/draft';
import { mergePatch } from '../cameras/mergePatch';
import { RetentionFields } from '../cameras/RecordingFields';
import { errorsUnder } from '../cameras/settings';
import { useFormat, useNow, useProblemText } from '../common';
import classes from './UsageTable.module.css';

interface Row {
  id: string;
  /** Undefined for one that was removed. */
  camera: Camera | undefined;
  usage: Usage | undefined;
}

/** What each camera takes, and how long it is kept; without the figures where a server has none. */
export function UsageTable({ cameras }: { cameras: readonly Camera[] }) {
  const { t } = useTranslation('storage');
  const format = useFormat();
  const now = useNow(60_000);
  const [edited, setEdited] = useState<Camera | null>(null);
  const usage = useQuery({
    queryKey: keys.usage,
    retry: false,
    queryFn: async ({ signal }) => (await api.get<Items<Usage>>('/storage/usage', { signal })).items,
  });
  const known = new Map((usage.data ?? []).map((one) => [one.camera, one]));
  const most = Math.max(1, ...[...known.values()].map(({ bytes }) => bytes));
  const total = [...known.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  const figures = usage.data !== undefined;
  // Cameras that were removed still have footage until their retention ends.
  const removed = [...known.values()].filter(({ camera }) => !cameras.some(({ id }) => id === camera));

  const rows: Row[] = [
    ...cameras.map((camera) => ({ id: camera.id, camera, usage: known.get(camera.id) })),
    ...removed.map((one) => ({ id: one.camera, camera: undefined, usage: one })),
  ];
  const figureColumns: Column<Row>[] = [
    {
      title: t('usage.space'),
      tabular: true,
      cell: ({ usage: one }) => (
        <>
          <span className={classes.meter} aria-hidden>
            <span style={{ width: `${((one?.bytes ?? 0) / most) * 100}%` }} />
          </span>
          {one ? format.bytes(one.bytes) : '–'}
        </>
      ),
    },
    {
      title: t('usage.rate'),
      tabular: true,
      cell: ({ usage: one }) => (one?.bytesPerDay ? format.bytes(one.bytesPerDay) : '–'),
    },
    {
      title: t('usage.since'),
      tabular: true,
      cell: ({ usage: one }) =>
        one?.oldest ? <span title={format.time(one.oldest, 'full')}>{format.relative(one.oldest, now)}</span> : '–',
    },
  ];

  return (
    <Section
      title={t('usage.title')}
      description={figures ? t('usage.total', { value: format.bytes(total) }) : t('usage.description')}
      flush
    >
      <DataTable
        label={t('usage.title')}
        rows={rows}
        keyOf={({ id }) => id}
        columns={[
          {
            title: t('usage.camera'),
            head: true,
            cell: ({ id, camera }) =>
              camera ? (
                <Anchor component={Link} to={`/cameras/${id}?tab=recording`} c="inherit" fw={600} size="sm">
                  {camera.name}
                </Anchor>
              ) : (
                <Text size="sm" c="dimmed">
                  {t('usage.removed', { id })}
                </Text>
              ),
          },
          ...(figures ? figureColumns : []),
          { title: t('usage.kept'), cell: ({ camera }) => camera && <Kept camera={camera} /> },
          {
            title: t('usage.actions'),
            actions: true,
            cell: ({ camera }) =>
              camera && (
                <Button
                  size="compact-sm"
                  variant="subtle"
                  leftSection={<IconPencil size={14} aria-hidden />}
                  aria-label={t('usage.editOf', { name: camera.name })}
                  onClick={() => setEdited(camera)}
                >
                  {t('usage.edit')}
                </Button>
              ),
          },
        ]}
      />
      <EditRetention camera={edited} onClose={() => setEdited(null)} />
    </Section>
  );
}

function Kept({ camera }: { camera: Camera }) {
  const { t } = useTranslation('storage');
  const format = useFormat();
  const { continuousDays, maxBytes, minDays } = retentionOf(camera.recording.retention);
  if (camera.recording.mode === 'off') {
    return (
      <Text size="sm" c="dimmed">
        {t('usage.off')}
      </Text>
    );
  }
  return (
    <Text size="sm">
      {[
        t('usage.days', { count: continuousDays, value: format.number(continuousDays) }),
        maxBytes !== null && t('usage.most', { value: format.bytes(maxBytes) }),
        minDays > 0 && t('usage.least', { count: minDays, value: format.number(minDays) }),
      ]
        .filter(Boolean)
        .join(', ')}
    </Text>
  );
}

function EditRetention({ camera, onClose }: { camera: Camera | null; onClose: () => void }) {
  const { t } = useTranslation('storage');
  const { t: common } = useTranslation();
  return (
    <Modal
      opened={camera !== null}
      onClose={onClose}
      title={t('usage.editTitle', { name: camera?.name ?? '' })}
      size="lg"
      centered
      closeButtonProps={{ 'aria-label': common('close') }}
    >
      {camera && <RetentionForm camera={camera} onClose={onClose} />}
    </Modal>
  );
}

function RetentionForm({ camera, onClose }: { camera: Camera; onClose: () => void }) {
  const { t: common } = useTranslation();
  const { t } = useTranslation('storage');
  const client = useQueryClient();
  const notice = useNotice();
  const problemText = useProblemText();
  const [value, setValue] = useState(() => retentionOf(camera.recording.retention));
  const [errors, setErrors] = useState<readonly WrongField[]>([]);
  const [problem, setProblem] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);

  const store = async (before: Retention, after: Retention) => {
    const retention = mergePatch(before, after) ?? {};
    const saved = await api.patch<Camera>(`/cameras/${camera.id}`, { recording: { retention } });
    client.setQueryData<Camera[]>(keys.cameras, (all) => all?.map((one) => (one.id === saved.id ? saved : one)));
    await client.invalidateQueries({ queryKey: keys.camera(camera.id) });
  };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setErrors([]);
    setProblem(null);
    try {
      const before = retentionOf(camera.recording.retention);
      await store(before, value);
      notice.done(t('usage.saved', { name: camera.name }), () => {
        store(value, before).catch((cause: unknown) => notice.failed(cause));
      });
      onClose();
    } catch (cause) {
      const fields = cause instanceof ApiProblem ? errorsUnder('/recording/retention', cause.errors) : [];
      setErrors(fields);
      setProblem(fields.length > 0 ? null : cause);
    } finally {
      setBusy(false);
    }
  };

  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack gap="lg">
        <RetentionFields
          value={value}
          onChange={setValue}
          zones={camera.zones.map(({ name }) => name)}
          errors={errors}
        />
        {problem !== null && (
          <Text size="sm" c="red" role="alert">
            {problemText(problem)}
          </Text>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {common('cancel')}
          </Button>
          <Button type="submit" loading={busy}>
            {common('save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
