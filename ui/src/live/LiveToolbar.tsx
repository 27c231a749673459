import { Button, Select } from '@mantine/core';
import { IconArrowsMove, IconDeviceTv, IconMaximize, IconStack2 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Camera, View } from '../api';
import { DeviceMenu } from './DeviceMenu';
import { groupsOf, type Selection } from './selection';
import { tool } from './toolbar';
import classes from './LivePage.module.css';

interface LiveToolbarProps {
  cameras: readonly Camera[];
  views: readonly View[];
  selection: Selection;
  onSelect: (selection: Selection) => void;
  onArrange: () => void;
  onKiosk: () => void;
  onFullScreen: () => void;
}

/** What is shown, and how. */
export function LiveToolbar({ cameras, views, selection, onSelect, onArrange, onKiosk, onFullScreen }: LiveToolbarProps) {
  const { t } = useTranslation('live');
  return (
    <div className={classes.toolbar}>
      <ViewPicker cameras={cameras} views={views} selection={selection} onSelect={onSelect} />
      <span className={classes.space} />
      <Button variant="subtle" color="gray" size="compact-sm" classNames={tool} leftSection={<IconArrowsMove size={16} />} onClick={onArrange} title={t('views.options')}>
        {t('views.arrange')}
      </Button>
      <DeviceMenu selection={selection} />
      <Button variant="subtle" color="gray" size="compact-sm" classNames={tool} leftSection={<IconDeviceTv size={16} />} onClick={onKiosk} title={t('kiosk.why')}>
        {t('kiosk.enter')}
      </Button>
      {document.fullscreenEnabled && (
        <Button variant="subtle" color="gray" size="compact-sm" classNames={tool} leftSection={<IconMaximize size={16} />} onClick={onFullScreen}>
          {t('control.fullScreen')}
        </Button>
      )}
    </div>
  );
}

function ViewPicker({ cameras, views, selection, onSelect }: Pick<LiveToolbarProps, 'cameras' | 'views' | 'selection' | 'onSelect'>) {
  const { t } = useTranslation('live');
  const groups = groupsOf(cameras);
  const own = views.filter((view) => !view.shared);
  const shared = views.filter((view) => view.shared);
  const section = (group: string, items: { value: string; label: string }[]) => (items.length > 0 ? [{ group, items }] : []);
  const asItem = (view: View) => ({ value: `view:${view.id}`, label: view.name });
  return (
    <Select
      className={classes.picker}
      aria-label={t('views.label')}
      size="xs"
      allowDeselect={false}
      checkIconPosition="right"
      leftSection={<IconStack2 size={16} />}
      data={[
        { value: 'all', label: t('views.all') },
        ...section(t('views.own'), own.map(asItem)),
        ...section(t('views.shared'), shared.map(asItem)),
        ...section(t('views.groups'), groups.map((label) => ({ value: `group:${label}`, label }))),
      ]}
      value={valueOf(selection)}
      onChange={(value) => value !== null && onSelect(selectionOf(value))}
    />
  );
}

function valueOf(selection: Selection): string {
  if (selection.kind === 'view') return `view:${selection.id}`;
  return selection.kind === 'group' ? `group:${selection.label}` : 'all';
}

function selectionOf(value: string): Selection {
  if (value.startsWith('view:')) return { kind: 'view', id: value.slice(5) };
  return value.startsWith('group:') ? { kind: 'group', label: value.slice(6) } : { kind: 'all' };
}
