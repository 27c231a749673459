import { ActionIcon, Group, Menu, Text } from '@mantine/core';
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconDatabase,
  IconDotsVertical,
  IconPlugConnectedX,
  IconTrash,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Camera, Volume } from '../api';
import { StateBadge, useFormat, useNow, type Tone } from '../common';
import { said } from '../i18n';
import classes from './VolumeCard.module.css';
import { forecastOf, partsOf } from './volumes';

const LOOKS: Record<string, { tone: Tone; Icon: typeof IconDatabase }> = {
  online: { tone: 'good', Icon: IconCircleCheck },
  failed: { tone: 'bad', Icon: IconPlugConnectedX },
  refused: { tone: 'warn', Icon: IconAlertTriangle },
};

interface VolumeCardProps {
  volume: Volume;
  cameras: readonly Camera[];
  onRemove: (() => void) | undefined;
}

export function VolumeCard({ volume, cameras, onRemove }: VolumeCardProps) {
  const { t } = useTranslation('storage');
  const format = useFormat();
  const parts = partsOf(volume);
  const total = volume.totalBytes ?? 0;
  const { tone, Icon } = LOOKS[volume.state] ?? { tone: 'bad' as const, Icon: IconAlertTriangle };
  const words = parts.map(({ kind, bytes }) => t(`parts.${kind}Of`, { value: format.bytes(bytes) })).join(', ');

  return (
    <article className={classes.card} aria-label={t('volume.named', { id: volume.id })}>
      <header className={classes.head}>
        <span className={classes.icon} aria-hidden>
          <IconDatabase size={20} />
        </span>
        <div className={classes.words}>
          <Text fw={600} size="sm">
            {volume.id}
          </Text>
          <Text size="xs" c="dimmed" className={classes.location}>
            {volume.location}
          </Text>
        </div>
        <StateBadge
          tone={tone}
          icon={<Icon size={14} />}
          label={t(`volume.states.${volume.state}`, { defaultValue: volume.state })}
        />
        {onRemove && (
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('volume.actions', { id: volume.id })}>
                <IconDotsVertical size={18} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={onRemove}>
                {t('remove.menu')}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
      </header>

      {volume.cause && (
        <Text size="sm" role="status">
          {said(volume.cause)}
        </Text>
      )}

      {parts.length > 0 && (
        <>
          <div className={classes.bar} role="img" aria-label={t('parts.all', { total: format.bytes(total), words })}>
            {parts.map(({ kind, bytes }) => (
              <span key={kind} data-kind={kind} style={{ flexGrow: bytes / total }} />
            ))}
          </div>
          <ul className={classes.legend}>
            {parts.map(({ kind, bytes }) => (
              <li key={kind}>
                <span className={classes.swatch} data-kind={kind} aria-hidden />
                <span>{t(`parts.${kind}`)}</span>
                <strong>{format.bytes(bytes)}</strong>
              </li>
            ))}
          </ul>
        </>
      )}

      <Outlook volume={volume} cameras={cameras} />
    </article>
  );
}

function Outlook({ volume, cameras }: { volume: Volume; cameras: readonly Camera[] }) {
  const { t } = useTranslation('storage');
  const format = useFormat();
  const now = useNow(60_000);
  const forecast = forecastOf(volume, cameras);
  return (
    <Group gap="xl" className={classes.outlook}>
      {forecast.kind !== 'unknown' && (
        <div>
          <Text size="lg" fw={600}>
            {t(`forecast.${forecast.kind}`, {
              when:
                forecast.at.getTime() <= now ? t('forecast.now') : format.relative(forecast.at, now),
            })}
          </Text>
          <Text size="xs" c="dimmed">
            {t(`forecast.${forecast.kind}Hint`, { date: format.time(forecast.at, 'date') })}
          </Text>
        </div>
      )}
      {volume.bytesPerDay != null && volume.bytesPerDay > 0 && (
        <div>
          <Text size="lg" fw={600}>
            {t('forecast.perDay', { value: format.bytes(volume.bytesPerDay) })}
          </Text>
          <Text size="xs" c="dimmed">
            {t('forecast.perDayHint')}
          </Text>
        </div>
      )}
      {volume.oldest != null && (
        <div>
          <Text size="lg" fw={600}>
            {format.relative(volume.oldest, now)}
          </Text>
          <Text size="xs" c="dimmed">
            {t('forecast.oldest', { date: format.time(volume.oldest) })}
          </Text>
        </div>
      )}
    </Group>
  );
}
