import { Button, Group, Select, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconSearch, IconVideo, IconX } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { ConfirmDialog } from '../admin/ConfirmDialog';
import { useNotice } from '../admin/useNotice';
import { api, keys, useCamerasQuery, type Camera } from '../api';
import { can, useSession } from '../app/session';
import { EmptyState, ErrorState, Page } from '../common';
import { CameraList } from './CameraList';
import classes from './CamerasPage.module.css';
import { matches, stateGroup, STATE_GROUPS } from './filter';
import { useInstalled } from './installed';
import { useProvided } from './schemaTexts';
import { useCameraSaving } from './useEditedCamera';
import { useStatuses } from './useStatuses';

export default function CamerasPage() {
  const { t } = useTranslation('cameras');
  const session = useSession();
  const admin = can(session, 'administer');
  const navigate = useNavigate();
  const client = useQueryClient();
  const notice = useNotice();
  const saving = useCameraSaving();
  const query = useCamerasQuery();
  const cameras = useMemo(() => query.data ?? [], [query.data]);
  const statuses = useStatuses(cameras);
  const installed = useInstalled('drivers', admin);
  const provided = useProvided('driver');
  const drivers = new Map((installed.data ?? []).map(provided).map(({ id, name }) => [id, name]));
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [removing, setRemoving] = useState<Camera | null>(null);
  const [search, setSearch] = useSearchParams();
  const filter = { text: search.get('q') ?? '', state: search.get('state'), group: search.get('group') };
  const narrowed = filter.text !== '' || filter.state !== null || filter.group !== null;

  const setFilter = (name: string, value: string | null) =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        if (value === null || value === '') {
          next.delete(name);
        } else {
          next.set(name, value);
        }
        return next;
      },
      { replace: true },
    );

  const groups = [...new Set(cameras.flatMap(({ labels }) => labels))].sort((a, b) => a.localeCompare(b));
  const rows = cameras
    .map((camera) => ({ camera, status: statuses.get(camera.id) }))
    .filter((row) => matches(row, filter));
  const counts = new Map<string, number>();
  for (const { id, enabled } of cameras) {
    const group = stateGroup(statuses.get(id)?.state ?? (enabled ? 'connecting' : 'disabled'));
    counts.set(group, (counts.get(group) ?? 0) + 1);
  }

  /** Shown at once, and taken back where the server says no. */
  const setEnabled = async (ids: readonly string[], enabled: boolean, undoable: boolean) => {
    const before = new Map(cameras.map((camera) => [camera.id, camera.enabled]));
    const concerned = ids.filter((id) => before.get(id) === !enabled);
    const show = (changed: readonly string[], value: boolean) =>
      client.setQueryData<Camera[]>(keys.cameras, (all) =>
        all?.map((camera) => (changed.includes(camera.id) ? { ...camera, enabled: value } : camera)),
      );
    show(concerned, enabled);
    const done: string[] = [];
    let problem: unknown = null;
    for (const id of concerned) {
      try {
        await api.patch(`/cameras/${id}`, { enabled });
        done.push(id);
      } catch (cause) {
        problem = cause;
        show([id], !enabled);
      }
    }
    setChosen(new Set());
    if (problem !== null) {
      notice.failed(problem, t('list.notAll', { done: done.length, count: concerned.length }));
    } else if (done.length > 0) {
      const name = cameras.find(({ id }) => id === done[0])?.name ?? '';
      notice.done(
        t(enabled ? 'list.enabled' : 'list.disabled', { count: done.length, name }),
        undoable ? () => void setEnabled(done, !enabled, false) : undefined,
      );
    }
  };

  const addButton = admin && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => void navigate('/cameras/new')}>
      {t('add')}
    </Button>
  );

  return (
    <Page
      title={t('title')}
      description={
        cameras.length > 0
          ? t('list.summary', { count: cameras.length, live: counts.get('live') ?? 0 })
          : undefined
      }
      actions={cameras.length > 0 && addButton}
    >
      {query.isPending ? (
        <Stack gap="xs" aria-hidden>
          {[0, 1, 2, 3].map((i) => (
            <Skeleton key={i} height={72} radius="md" />
          ))}
        </Stack>
      ) : query.isError ? (
        <ErrorState problem={query.error} retry={() => void query.refetch()} />
      ) : cameras.length === 0 ? (
        <EmptyState icon={<IconVideo size={26} />} title={t('list.empty')} action={addButton}>
          {t(admin ? 'list.emptyText' : 'list.emptyForOthers')}
        </EmptyState>
      ) : (
        <>
          <div className={classes.filters} role="search">
            <TextInput
              aria-label={t('list.search')}
              placeholder={t('list.search')}
              leftSection={<IconSearch size={16} aria-hidden />}
              value={filter.text}
              onChange={(event) => setFilter('q', event.currentTarget.value)}
              className={classes.search}
            />
            <Select
              aria-label={t('list.filterState')}
              placeholder={t('list.anyState')}
              value={filter.state}
              onChange={(value) => setFilter('state', value)}
              clearable
              clearButtonProps={{ 'aria-label': t('list.anyState') }}
              data={STATE_GROUPS.map((group) => ({
                value: group,
                label: t('list.counted', { label: t(`list.groups.${group}`), count: counts.get(group) ?? 0 }),
              }))}
            />
            {groups.length > 0 && (
              <Select
                aria-label={t('list.filterGroup')}
                placeholder={t('list.anyGroup')}
                value={filter.group}
                onChange={(value) => setFilter('group', value)}
                clearable
                clearButtonProps={{ 'aria-label': t('list.anyGroup') }}
                data={groups}
              />
            )}
          </div>
          {chosen.size > 0 && (
            <div className={classes.bulk} role="region" aria-label={t('list.bulk')}>
              <Text size="sm" style={{ flex: 1 }} role="status">
                {t('list.chosen', { count: chosen.size })}
              </Text>
              <Group gap="xs">
                <Button size="xs" variant="default" onClick={() => void setEnabled([...chosen], true, true)}>
                  {t('list.enable')}
                </Button>
                <Button size="xs" variant="default" onClick={() => void setEnabled([...chosen], false, true)}>
                  {t('list.disable')}
                </Button>
                <Button
                  size="xs"
                  variant="subtle"
                  leftSection={<IconX size={14} aria-hidden />}
                  onClick={() => setChosen(new Set())}
                >
                  {t('list.chooseNone')}
                </Button>
              </Group>
            </div>
          )}
          {rows.length === 0 && narrowed ? (
            <EmptyState
              icon={<IconSearch size={26} />}
              title={t('list.nothing')}
              action={
                <Button variant="default" onClick={() => setSearch({}, { replace: true })}>
                  {t('list.showAll')}
                </Button>
              }
            />
          ) : (
            <CameraList
              rows={rows}
              drivers={drivers}
              editable={admin}
              chosen={chosen}
              onChoose={setChosen}
              onEnable={(camera, enabled) => void setEnabled([camera.id], enabled, true)}
              onDelete={setRemoving}
            />
          )}
        </>
      )}
      <ConfirmDialog
        opened={removing !== null}
        onClose={() => setRemoving(null)}
        title={t('delete.title', { name: removing?.name ?? '' })}
        action={t('delete.action')}
        typed={removing?.name ?? ''}
        run={async () => {
          if (removing) {
            await saving.remove(removing.id);
            notice.done(t('delete.done', { name: removing.name }));
          }
        }}
      >
        {t('delete.text')}
      </ConfirmDialog>
    </Page>
  );
}
