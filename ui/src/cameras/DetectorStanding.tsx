import { Group, Text } from '@mantine/core';
import { IconAlertTriangle, IconClockPause, IconEye, IconHourglass, IconPuzzleOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { StateBadge, useFormat, type Tone } from '../common';
import type { Standing } from '../events/types';
import { said } from '../i18n';

const LOOKS: Record<Standing['state'], { tone: Tone; Icon: typeof IconEye }> = {
  looking: { tone: 'good', Icon: IconEye },
  waiting: { tone: 'off', Icon: IconHourglass },
  behind: { tone: 'warn', Icon: IconClockPause },
  failed: { tone: 'bad', Icon: IconAlertTriangle },
  missing: { tone: 'bad', Icon: IconPuzzleOff },
};

/** How a detector does: in a word, why, and what it costs. */
export function DetectorStanding({ standing }: { standing: Standing }) {
  const { t } = useTranslation('cameras');
  const format = useFormat();
  const { tone, Icon } = LOOKS[standing.state] ?? LOOKS.failed;
  return (
    <Group gap="xs" component="span">
      <StateBadge
        tone={tone}
        icon={<Icon size={14} />}
        label={t(`detection.states.${standing.state}`, { defaultValue: standing.state })}
      />
      <Text size="xs" c="dimmed" component="span">
        {[
          standing.cause && said(standing.cause),
          t('detection.frames', { frames: format.number(standing.frames) }),
          standing.dropped > 0 && t('detection.dropped', { dropped: format.number(standing.dropped) }),
          t('detection.busy', { share: format.percent(standing.busyFraction) }),
          standing.ongoing > 0 && t('detection.ongoing', { count: standing.ongoing }),
        ]
          .filter(Boolean)
          .join(' · ')}
      </Text>
    </Group>
  );
}
