import { ActionIcon, Anchor, Badge, Checkbox, Group, Menu, Stack, Table, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import {
  IconAlertTriangle,
  IconCircleDot,
  IconCircleOff,
  IconDotsVertical,
  IconPencil,
  IconPlayerPlay,
  IconPower,
  IconTrash,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Camera, CameraStatus } from '../api';
import { StatusBadge, useFormat } from '../common';
import { said } from '../i18n';
import classes from './CameraList.module.css';
import { recordingWord } from './recordingWord';
import { codecName } from './codec';
import { Thumbnail } from './Thumbnail';

export interface CameraRow {
  camera: Camera;
  status: CameraStatus | undefined;
}

interface CameraListProps {
  rows: readonly CameraRow[];
  /** Names of drivers by id. */
  drivers: ReadonlyMap<string, string>;
  editable: boolean;
  chosen: ReadonlySet<string>;
  onChoose: (ids: ReadonlySet<string>) => void;
  onEnable: (camera: Camera, enabled: boolean) => void;
  onDelete: (camera: Camera) => void;
}

export function CameraList(props: CameraListProps) {
  const narrow = useMediaQuery('(max-width: 62em)');
  return narrow ? <Cards {...props} /> : <Rows {...props} />;
}

function toggled(chosen: ReadonlySet<string>, id: string): Set<string> {
  const next = new Set(chosen);
  if (!next.delete(id)) {
    next.add(id);
  }
  return next;
}

function Rows(props: CameraListProps) {
  const { rows, drivers, editable, chosen, onChoose } = props;
  const { t } = useTranslation('cameras');
  const all = rows.length > 0 && rows.every(({ camera }) => chosen.has(camera.id));
  const some = rows.some(({ camera }) => chosen.has(camera.id));
  return (
    <div className={classes.frame}>
      <Table verticalSpacing="sm" horizontalSpacing="md" highlightOnHover className={classes.table}>
        <Table.Thead>
          <Table.Tr>
            {editable && (
              <Table.Th w={44} scope="col">
                <Checkbox
                  aria-label={t('list.chooseAll')}
                  checked={all}
                  indeterminate={some && !all}
                  onChange={() => onChoose(all ? new Set() : new Set(rows.map(({ camera }) => camera.id)))}
                />
              </Table.Th>
            )}
            <Table.Th scope="col">{t('list.name')}</Table.Th>
            <Table.Th scope="col">{t('list.state')}</Table.Th>
            <Table.Th scope="col">{t('list.video')}</Table.Th>
            <Table.Th scope="col" className={classes.number}>
              {t('list.bitrate')}
            </Table.Th>
            <Table.Th scope="col">{t('list.recording')}</Table.Th>
            <Table.Th scope="col">{t('list.driver')}</Table.Th>
            <Table.Th w={52} scope="col">
              <span className={classes.unseen}>{t('list.actions')}</span>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ camera, status }) => (
            <Table.Tr key={camera.id} data-chosen={chosen.has(camera.id) || undefined}>
              {editable && (
                <Table.Td>
                  <Checkbox
                    aria-label={t('list.choose', { name: camera.name })}
                    checked={chosen.has(camera.id)}
                    onChange={() => onChoose(toggled(chosen, camera.id))}
                  />
                </Table.Td>
              )}
              <Table.Td>
                <Group gap="sm" wrap="nowrap">
                  <Thumbnail cameraId={camera.id} live={status?.state === 'streaming'} />
                  <div className={classes.words}>
                    <Name camera={camera} editable={editable} />
                    <Labels labels={camera.labels} />
                  </div>
                </Group>
              </Table.Td>
              <Table.Td className={classes.state}>
                <State camera={camera} status={status} />
              </Table.Td>
              <Table.Td>
                <Video status={status} />
              </Table.Td>
              <Table.Td className={classes.number}>
                <Bitrate status={status} />
              </Table.Td>
              <Table.Td>
                <RecordingState camera={camera} status={status} />
              </Table.Td>
              <Table.Td>{drivers.get(camera.driver) ?? camera.driver}</Table.Td>
              <Table.Td>
                <Actions {...props} camera={camera} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function Cards(props: CameraListProps) {
  const { rows, drivers, editable, chosen, onChoose } = props;
  const { t } = useTranslation('cameras');
  return (
    <ul className={classes.cards}>
      {rows.map(({ camera, status }) => (
        <li key={camera.id} className={classes.card}>
          <Group gap="sm" wrap="nowrap" align="flex-start">
            <Thumbnail cameraId={camera.id} live={status?.state === 'streaming'} />
            <div className={classes.words}>
              <Name camera={camera} editable={editable} />
              <Group gap={6} mt={4}>
                <State camera={camera} status={status} />
              </Group>
            </div>
            <Actions {...props} camera={camera} />
          </Group>
          <dl className={classes.facts}>
            <dt>{t('list.video')}</dt>
            <dd>
              <Video status={status} />
            </dd>
            <dt>{t('list.bitrate')}</dt>
            <dd>
              <Bitrate status={status} />
            </dd>
            <dt>{t('list.recording')}</dt>
            <dd>
              <RecordingState camera={camera} status={status} />
            </dd>
            <dt>{t('list.driver')}</dt>
            <dd>{drivers.get(camera.driver) ?? camera.driver}</dd>
          </dl>
          <Group justify="space-between" gap="xs">
            <Labels labels={camera.labels} />
            {editable && (
              <Checkbox
                label={t('list.chooseThis')}
                aria-label={t('list.choose', { name: camera.name })}
                checked={chosen.has(camera.id)}
                onChange={() => onChoose(toggled(chosen, camera.id))}
              />
            )}
          </Group>
        </li>
      ))}
    </ul>
  );
}

function Name({ camera, editable }: { camera: Camera; editable: boolean }) {
  return (
    <Anchor
      component={Link}
      to={editable ? `/cameras/${camera.id}` : `/cameras/${camera.id}/live`}
      className={classes.name}
      c="inherit"
    >
      {camera.name}
    </Anchor>
  );
}

function Labels({ labels }: { labels: readonly string[] }) {
  return (
    <Group gap={4}>
      {labels.map((label) => (
        <Badge key={label} size="sm" variant="default" className={classes.label}>
          {label}
        </Badge>
      ))}
    </Group>
  );
}

function State({ camera, status }: { camera: Camera; status: CameraStatus | undefined }) {
  if (status === undefined) {
    return <StatusBadge state={camera.enabled ? 'connecting' : 'disabled'} />;
  }
  return (
    <Stack gap={2} align="flex-start">
      <StatusBadge state={status.state} />
      {status.cause && status.state !== 'streaming' && (
        <Text size="xs" c="dimmed" className={classes.cause}>
          {said(status.cause)}
        </Text>
      )}
    </Stack>
  );
}

function Video({ status }: { status: CameraStatus | undefined }) {
  const { t } = useTranslation('cameras');
  const format = useFormat();
  const streams = (status?.streams ?? []).filter(({ codec, widthPx }) => codec && widthPx > 0);
  if (streams.length === 0) {
    return <Text c="dimmed">{'–'}</Text>;
  }
  return (
    <Stack gap={0}>
      {streams.map((stream, i) => (
        <Text key={stream.role} size={i === 0 ? 'sm' : 'xs'} c={i === 0 ? undefined : 'dimmed'} className={classes.tabular}>
          {t(stream.frameRate > 0 ? 'list.videoOf' : 'list.videoNone', {
            codec: codecName(stream.codec ?? ''),
            width: stream.widthPx,
            height: stream.heightPx,
            rate: format.number(stream.frameRate, { maximumFractionDigits: 0 }),
          })}
        </Text>
      ))}
    </Stack>
  );
}

function Bitrate({ status }: { status: CameraStatus | undefined }) {
  const format = useFormat();
  const total = (status?.streams ?? []).reduce((sum, { bitrateBps }) => sum + bitrateBps, 0);
  return <span className={classes.tabular}>{total === 0 ? '–' : format.bitrate(total)}</span>;
}

function RecordingState({ camera, status }: { camera: Camera; status: CameraStatus | undefined }) {
  const { t } = useTranslation('cameras');
  const state = recordingWord(camera, status);
  const icons = {
    recording: <IconCircleDot size={16} className={classes.recording} aria-hidden />,
    failed: <IconAlertTriangle size={16} className={classes.failed} aria-hidden />,
  };
  return (
    <Stack gap={2}>
      <Group gap={6} wrap="nowrap">
        {icons[state as keyof typeof icons] ?? <IconCircleOff size={16} className={classes.quiet} aria-hidden />}
        <Text size="sm">{t(`list.recordingStates.${state}`, { defaultValue: state })}</Text>
      </Group>
      {status?.recording.cause && (
        <Text size="xs" c="dimmed" className={classes.cause}>
          {said(status.recording.cause)}
        </Text>
      )}
    </Stack>
  );
}

function Actions({ camera, editable, onEnable, onDelete }: CameraListProps & { camera: Camera }) {
  const { t } = useTranslation('cameras');
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('list.actionsOf', { name: camera.name })}>
          <IconDotsVertical size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          component={Link}
          to={`/cameras/${camera.id}/live`}
          leftSection={<IconPlayerPlay size={16} aria-hidden />}
        >
          {t('list.watch')}
        </Menu.Item>
        {editable && (
          <>
            <Menu.Item component={Link} to={`/cameras/${camera.id}`} leftSection={<IconPencil size={16} aria-hidden />}>
              {t('list.edit')}
            </Menu.Item>
            <Menu.Item
              leftSection={<IconPower size={16} aria-hidden />}
              onClick={() => onEnable(camera, !camera.enabled)}
            >
              {t(camera.enabled ? 'list.disable' : 'list.enable')}
            </Menu.Item>
            <Menu.Divider />
            <Menu.Item
              color="red"
              leftSection={<IconTrash size={16} aria-hidden />}
              onClick={() => onDelete(camera)}
            >
              {t('list.delete')}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

