import { Button, Checkbox, Group, Modal, Radio, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueries, useQueryClient } from '@tanstack/react-query';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import { BASE, api, call, query } from '../api';
import { keys } from '../api/queries';
import { useFormat, useProblemText, useReturnFocus } from '../common';
import type { Range } from '../timeline';
import { estimate, fromInput, toInput, wrongWith } from './times';
import type { RecordedSpan } from './times';
import classes from './Exports.module.css';

interface ExportDialogProps {
  cameras: readonly { readonly id: string; readonly name: string }[];
  range: Range;
  onClose: () => void;
}

/** Takes a period of one or more cameras out of the system: as a download, or kept on the server. */
export default function ExportDialog(props: ExportDialogProps) {
  const { t } = useTranslation('exports');
  const { t: common } = useTranslation();
  return (
    <Modal
      opened
      onClose={props.onClose}
      title={t('dialog.title')}
      centered
      size="lg"
      closeButtonProps={{ 'aria-label': common('close') }}
    >
      <ExportForm {...props} />
    </Modal>
  );
}

function ExportForm({ cameras, range, onClose }: ExportDialogProps) {
  const { t } = useTranslation('exports');
  const { t: common } = useTranslation();
  useReturnFocus();
  const problemText = useProblemText();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [from, setFrom] = useState(() => toInput(range.from));
  const [to, setTo] = useState(() => toInput(range.to + 999));
  const [chosen, setChosen] = useState<readonly string[]>(() => cameras.map((it) => it.id));
  const [kept, setKept] = useState(false);
  const [name, setName] = useState('');
  const [busy, setBusy] = useState(false);
  const [problems, setProblems] = useState<readonly string[]>([]);
  const [openedAt] = useState(() => Date.now());

  const start = fromInput(from);
  const end = fromInput(to);
  const wrong = wrongWith(start, end, openedAt);
  const ready = wrong === undefined && chosen.length > 0;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!ready || start === undefined || end === undefined) {
      return;
    }
    setBusy(true);
    const period = { from: new Date(start).toISOString(), to: new Date(end).toISOString() };
    const failed: string[] = [];
    for (const id of chosen) {
      try {
        await (kept ? keep(id, period, name.trim()) : download(id, period));
      } catch (problem) {
        failed.push(`${nameOf(id)}: ${problemText(problem)}`);
      }
    }
    void client.invalidateQueries({ queryKey: keys.exports });
    setBusy(false);
    setProblems(failed);
    if (failed.length > 0) {
      return;
    }
    onClose();
    if (kept) {
      void navigate('/exports');
    } else {
      notifications.show({ message: t('dialog.downloading', { count: chosen.length }) });
    }
  };
  const nameOf = (id: string) => cameras.find((it) => it.id === id)?.name ?? id;

  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack gap="md">
        {cameras.length > 1 ? (
          <Checkbox.Group label={t('dialog.cameras')} value={[...chosen]} onChange={setChosen}>
            <div className={classes.choices}>
              {cameras.map((it) => (
                <Checkbox key={it.id} value={it.id} label={it.name} />
              ))}
            </div>
          </Checkbox.Group>
        ) : (
          <Text size="sm" fw={500}>
            {cameras[0]?.name}
          </Text>
        )}
        <div className={classes.period}>
          <TextInput
            type="datetime-local"
            step={1}
            label={t('dialog.from')}
            value={from}
            onChange={(event) => {
              setFrom(event.currentTarget.value);
            }}
          />
          <TextInput
            type="datetime-local"
            step={1}
            label={t('dialog.to')}
            value={to}
            error={wrong ? t(`wrong.${wrong}`) : undefined}
            onChange={(event) => {
              setTo(event.currentTarget.value);
            }}
          />
        </div>
        {ready && start !== undefined && end !== undefined ? (
          <Estimate cameras={chosen} from={start} to={end} />
        ) : null}
        <Radio.Group
          label={t('dialog.where')}
          value={kept ? 'kept' : 'download'}
          onChange={(value) => {
            setKept(value === 'kept');
          }}
        >
          <Stack gap="xs" mt={6}>
            <Radio value="download" label={t('dialog.download')} description={t('dialog.downloadHint')} />
            <Radio value="kept" label={t('dialog.keep')} description={t('dialog.keepHint')} />
          </Stack>
        </Radio.Group>
        {kept ? (
          <TextInput
            label={t('dialog.name')}
            placeholder={chosen.map(nameOf).join(', ')}
            maxLength={100}
            value={name}
            onChange={(event) => {
              setName(event.currentTarget.value);
            }}
          />
        ) : null}
        {problems.length > 0 ? (
          <div role="alert">
            {problems.map((it) => (
              <Text key={it} size="sm" c="var(--mantine-color-error)">
                {it}
              </Text>
            ))}
          </div>
        ) : null}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {common('cancel')}
          </Button>
          <Button type="submit" loading={busy} disabled={!ready} leftSection={<IconDownload size={16} aria-hidden />}>
            {kept ? t('dialog.startKeep') : t('dialog.startDownload')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** A first answer shows whether it can be done at all; the browser then downloads it by itself. */
async function download(camera: string, period: { from: string; to: string }): Promise<void> {
  const path = `/cameras/${camera}/export.mp4${query(period)}`;
  const abort = new AbortController();
  await call('GET', path, undefined, { signal: abort.signal, headers: { Accept: '*/*' } });
  abort.abort();
  const link = document.createElement('a');
  link.href = BASE + path;
  link.download = '';
  link.click();
}

async function keep(camera: string, period: { from: string; to: string }, name: string): Promise<void> {
  await api.post(`/cameras/${camera}/exports`, { ...period, ...(name ? { name } : {}) });
}

interface LedgerAnswer {
  spans: { from: string; to: string; bytes: number }[];
}

function Estimate({ cameras, from, to }: { cameras: readonly string[]; from: number; to: number }) {
  const { t } = useTranslation('exports');
  const format = useFormat();
  const answers = useQueries({
    queries: cameras.map((camera) => ({
      queryKey: [...keys.camera(camera), 'estimate', from, to],
      queryFn: async ({ signal }: { signal: AbortSignal }): Promise<RecordedSpan[]> => {
        const path = `/cameras/${camera}/recordings${query({ from: new Date(from), to: new Date(to) })}`;
        const { spans } = await api.get<LedgerAnswer>(path, { signal });
        return spans.map((it) => ({ from: Date.parse(it.from), to: Date.parse(it.to), bytes: it.bytes }));
      },
    })),
  });
  const known = answers.flatMap(({ data }) => (data ? [estimate(data, from, to)] : []));
  if (known.length < cameras.length) {
    return <Text size="sm" c="dimmed">{t('dialog.estimating')}</Text>;
  }
  const bytes = known.reduce((sum, it) => sum + it.bytes, 0);
  const longest = Math.max(...known.map((it) => it.seconds));
  const asked = (to - from) / 1000;
  return (
    <Text size="sm" c="dimmed" aria-live="polite">
      {bytes === 0
        ? t('dialog.nothing')
        : t(longest < asked - 2 ? 'dialog.estimateGaps' : 'dialog.estimate', {
            size: format.bytes(bytes),
            duration: format.duration(longest),
          })}
    </Text>
  );
}
