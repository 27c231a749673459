import { ActionIcon, Button, Loader, Modal, Progress, Select, TextInput, Tooltip } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import {
  IconAlertTriangle,
  IconDownload,
  IconMovie,
  IconPlayerPlayFilled,
  IconSearch,
  IconTrash,
  IconX,
} from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { BASE, api } from '../api';
import type { Items, KeptExport } from '../api';
import { keys, useCameras } from '../api/queries';
import { ConfirmDialog } from '../admin/ConfirmDialog';
import { useNotice } from '../admin/useNotice';
import { can, useSession } from '../app/session';
import { EmptyState, ErrorState, Page, PageLoading, useFormat } from '../common';
import { said } from '../i18n';
import { matching } from './filter';
import classes from './Exports.module.css';

const Film = lazy(() => import('./Film'));

/** Exports that Vigil keeps until somebody removes them. */
export default function ExportsPage() {
  const { t } = useTranslation('exports');
  const session = useSession();
  const exports = useQuery({
    queryKey: keys.exports,
    queryFn: async ({ signal }) => (await api.get<Items<KeptExport>>('/exports', { signal })).items,
    // Progress comes by itself; whoever returns to the page gets what was missed, too.
    refetchOnMount: 'always',
    refetchOnWindowFocus: 'always',
  });
  if (!can(session, 'export')) {
    return (
      <Page title={t('title')}>
        <EmptyState icon={<IconMovie size={28} />} title={t('notAllowed.title')}>
          {t('notAllowed.text')}
        </EmptyState>
      </Page>
    );
  }
  return (
    <Page title={t('title')} description={t('description')}>
      {exports.data ? (
        <List all={exports.data} />
      ) : exports.error ? (
        <ErrorState problem={exports.error} retry={() => void exports.refetch()} />
      ) : (
        <PageLoading />
      )}
    </Page>
  );
}

function List({ all }: { all: readonly KeptExport[] }) {
  const { t } = useTranslation('exports');
  const cameras = useCameras();
  const client = useQueryClient();
  const notice = useNotice();
  const [text, setText] = useState('');
  const [camera, setCamera] = useState<string | null>(null);
  const [playing, setPlaying] = useState<KeptExport>();
  const [removing, setRemoving] = useState<KeptExport>();
  const nameOf = (id: string) => cameras.find((it) => it.id === id)?.name ?? id;
  const shown = matching(all, text, camera, nameOf);

  if (all.length === 0) {
    return (
      <EmptyState
        icon={<IconMovie size={28} />}
        title={t('empty.title')}
        action={
          <Button component={Link} to="/playback" variant="default">
            {t('empty.action')}
          </Button>
        }
      >
        {t('empty.text')}
      </EmptyState>
    );
  }
  return (
    <>
      <div className={classes.filters}>
        <TextInput
          className={classes.search}
          aria-label={t('filter.text')}
          placeholder={t('filter.text')}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
          }}
        />
        <Select
          aria-label={t('filter.camera')}
          placeholder={t('filter.allCameras')}
          data={[...new Set(all.map((it) => it.camera))].map((id) => ({ value: id, label: nameOf(id) }))}
          value={camera}
          onChange={setCamera}
          clearable
          clearButtonProps={{ 'aria-label': t('filter.allCameras') }}
        />
      </div>
      {shown.length === 0 ? (
        <EmptyState icon={<IconSearch size={26} />} title={t('filter.nothing')} />
      ) : (
        <ul className={classes.list}>
          {shown.map((it) => (
            <Row
              key={it.id}
              kept={it}
              camera={nameOf(it.camera)}
              onPlay={() => {
                setPlaying(it);
              }}
              onRemove={() => {
                setRemoving(it);
              }}
            />
          ))}
        </ul>
      )}
      {playing ? (
        <PlayDialog
          kept={playing}
          onClose={() => {
            setPlaying(undefined);
          }}
        />
      ) : null}
      {removing ? (
        <ConfirmDialog
          opened
          onClose={() => {
            setRemoving(undefined);
          }}
          title={removing.state === 'running' ? t('cancel.title') : t('remove.title')}
          action={removing.state === 'running' ? t('cancel.action') : t('remove.action')}
          otherwise={removing.state === 'running' ? t('cancel.otherwise') : undefined}
          run={async () => {
            await api.del(`/exports/${removing.id}`);
            client.setQueryData<KeptExport[]>(keys.exports, (before) => before?.filter((it) => it.id !== removing.id));
            notice.done(t(removing.state === 'running' ? 'cancel.done' : 'remove.done', { name: removing.name }));
          }}
        >
          {removing.state === 'running'
            ? t('cancel.text', { name: removing.name })
            : t('remove.text', { name: removing.name })}
        </ConfirmDialog>
      ) : null}
    </>
  );
}

interface RowProps {
  kept: KeptExport;
  camera: string;
  onPlay: () => void;
  onRemove: () => void;
}

function Row({ kept, camera, onPlay, onRemove }: RowProps) {
  const { t } = useTranslation('exports');
  const format = useFormat();
  const seconds = (Date.parse(kept.to) - Date.parse(kept.from)) / 1000;
  const ready = kept.state === 'ready';
  const playback = `/playback?cameras=${kept.camera}&at=${kept.from}`;
  return (
    <li className={classes.row}>
      <button
        type="button"
        className={classes.play}
        aria-label={t('row.play', { name: kept.name })}
        disabled={!ready}
        onClick={onPlay}
      >
        {kept.state === 'failed' ? (
          <IconAlertTriangle size={20} aria-hidden />
        ) : ready ? (
          <IconPlayerPlayFilled size={20} aria-hidden />
        ) : (
          <Loader size={18} color="gray" aria-hidden />
        )}
      </button>
      <div className={classes.what}>
        <div className={classes.name}>{kept.name}</div>
        <div className={classes.about}>
          <Link to={playback} className={classes.when}>
            {format.time(kept.from, 'full')}
          </Link>
          <span>{format.duration(seconds)}</span>
          {kept.name !== camera ? <span>{camera}</span> : null}
        </div>
        {kept.state === 'running' ? (
          <div className={classes.progress}>
            <Progress.Root size="sm">
              <Progress.Section value={kept.progress * 100} aria-label={t('row.progress', { name: kept.name })} />
            </Progress.Root>
            <span>{format.percent(kept.progress)}</span>
          </div>
        ) : null}
        {kept.state === 'failed' ? (
          <div className={classes.failed} role="status">
            {t('row.failed', { cause: said(kept.cause ?? '') })}
          </div>
        ) : null}
      </div>
      <div className={classes.size}>{ready ? format.bytes(kept.bytes) : null}</div>
      <div className={classes.deeds}>
        {ready ? (
          <Deed label={t('row.download', { name: kept.name })} href={`${BASE}/exports/${kept.id}/file`}>
            <IconDownload size={18} />
          </Deed>
        ) : null}
        <Deed
          label={kept.state === 'running' ? t('row.cancel', { name: kept.name }) : t('row.remove', { name: kept.name })}
          onClick={onRemove}
        >
          {kept.state === 'running' ? <IconX size={18} /> : <IconTrash size={18} />}
        </Deed>
      </div>
    </li>
  );
}

function Deed(props: { label: string; href?: string; onClick?: () => void; children: ReactNode }) {
  const { label, href, onClick, children } = props;
  const shared = { size: 34, variant: 'subtle', color: 'gray', 'aria-label': label } as const;
  return (
    <Tooltip label={label} openDelay={400}>
      {href ? (
        <ActionIcon {...shared} component="a" href={href} download>
          {children}
        </ActionIcon>
      ) : (
        <ActionIcon {...shared} onClick={onClick}>
          {children}
        </ActionIcon>
      )}
    </Tooltip>
  );
}

function PlayDialog({ kept, onClose }: { kept: KeptExport; onClose: () => void }) {
  const { t: common } = useTranslation();
  return (
    <Modal
      opened
      onClose={onClose}
      title={kept.name}
      size="xl"
      centered
      closeButtonProps={{ 'aria-label': common('close') }}
    >
      <Suspense fallback={<div className={classes.film} />}>
        <Film src={`${BASE}/exports/${kept.id}/file`} />
      </Suspense>
    </Modal>
  );
}
