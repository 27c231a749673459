import { Button, Checkbox, MultiSelect, Select, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDeviceFloppy, IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Camera, keys, type View } from '../api';
import { can, useSession } from '../app/session';
import { useProblemText } from '../common';
import { useUndoNotice } from '../common/undo';
import type { Draft } from './LivePage';
import { withCameras } from './selection';
import classes from './LivePage.module.css';

interface ArrangeBarProps {
  draft: Draft;
  cameras: readonly Camera[];
  onChange: (draft: Draft) => void;
  /** With the view to show now, null for none of them any more, or nothing to stay. */
  onDone: (view?: string | null) => void;
}

const COLUMNS = ['0', '1', '2', '3', '4', '5', '6', '8'];

/** Which cameras a view has, in how many columns, and its name. */
export function ArrangeBar({ draft, cameras, onChange, onDone }: ArrangeBarProps) {
  const { t } = useTranslation('live');
  const session = useSession();
  const admin = can(session, 'administer');
  const views = useQueryClient().getQueryData<View[]>(keys.views) ?? [];
  const saved = views.find((view) => view.id === draft.id);
  const mayChange = saved !== undefined && (saved.shared ? admin : true);
  const [nameError, setNameError] = useState<string>();
  const { save, remove } = useSaving(onDone);

  const submit = (asNew: boolean) => {
    if (draft.name.trim() === '') {
      setNameError(t('views.nameNeeded'));
      return;
    }
    save.mutate(asNew ? { ...draft, id: undefined } : draft);
  };

  return (
    <form
      className={classes.arrange}
      aria-label={t('views.arranging')}
      onSubmit={(event) => {
        event.preventDefault();
        submit(!mayChange);
      }}
    >
      <TextInput
        label={t('views.name')}
        size="xs"
        value={draft.name}
        error={nameError}
        maxLength={80}
        data-autofocus
        onChange={(event) => {
          setNameError(undefined);
          onChange({ ...draft, name: event.currentTarget.value });
        }}
      />
      <MultiSelect
        className={classes.choose}
        label={t('views.cameras')}
        size="xs"
        searchable
        data={cameras.map(({ id, name }) => ({ value: id, label: name }))}
        value={draft.tiles.map((tile) => tile.camera)}
        onChange={(ids) => onChange({ ...draft, tiles: withCameras(draft.tiles, ids) })}
      />
      <Select
        className={classes.columns}
        label={t('views.columns')}
        size="xs"
        allowDeselect={false}
        data={COLUMNS.map((value) => ({ value, label: value === '0' ? t('views.auto') : value }))}
        value={COLUMNS.includes(String(draft.columns)) ? String(draft.columns) : '0'}
        onChange={(value) => onChange({ ...draft, columns: Number(value) })}
      />
      {admin && (
        <Checkbox
          className={classes.share}
          size="xs"
          label={t('views.share')}
          checked={draft.shared}
          onChange={(event) => onChange({ ...draft, shared: event.currentTarget.checked })}
        />
      )}
      <div className={classes.arrangeButtons}>
        <Button type="submit" size="xs" leftSection={<IconDeviceFloppy size={16} />} loading={save.isPending}>
          {mayChange ? t('views.update') : t('views.save')}
        </Button>
        {mayChange && (
          <Button variant="default" size="xs" onClick={() => submit(true)}>
            {t('views.saveNew')}
          </Button>
        )}
        {mayChange && (
          <Button variant="subtle" color="red" size="xs" leftSection={<IconTrash size={16} />} onClick={() => remove.mutate(saved)}>
            {t('views.delete')}
          </Button>
        )}
        <Button variant="subtle" color="gray" size="xs" onClick={() => onDone()}>
          {t('views.cancel')}
        </Button>
      </div>
      <p className={classes.hint}>{t('views.hint')}</p>
    </form>
  );
}

function useSaving(onDone: ArrangeBarProps['onDone']) {
  const { t } = useTranslation('live');
  const client = useQueryClient();
  const problemText = useProblemText();
  const undoable = useUndoNotice();
  const onError = (problem: unknown) => notifications.show({ color: 'red', message: problemText(problem) });
  const save = useMutation({
    mutationFn: ({ id, name, shared, columns, tiles }: Draft) => {
      const body = { name: name.trim(), shared, layout: { columns, tiles } };
      return id === undefined ? api.post<View>('/views', body) : api.put<View>(`/views/${encodeURIComponent(id)}`, body);
    },
    onSuccess: (view) => {
      client.setQueryData<View[]>(keys.views, (before = []) => [...before.filter((it) => it.id !== view.id), view]);
      void client.invalidateQueries({ queryKey: keys.views });
      notifications.show({ message: t('views.saved') });
      onDone(view.id);
    },
    onError,
  });
  const remove = useMutation({
    mutationFn: ({ id }: View) => api.del(`/views/${encodeURIComponent(id)}`),
    onSuccess: (_, { id, name, shared, layout }) => {
      client.setQueryData<View[]>(keys.views, (before = []) => before.filter((it) => it.id !== id));
      undoable(t('views.deleted'), () => save.mutate({ id: undefined, name, shared, ...layout }));
      onDone(null);
    },
    onError,
  });
  return { save, remove };
}
