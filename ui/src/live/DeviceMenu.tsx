import { Button, Popover, Radio, Stack, Switch } from '@mantine/core';
import { IconAdjustments, IconHome } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { changeDevice, STREAMS, useDevice } from './device';
import type { Selection } from './selection';
import { addressOf, startWith, useStartAddress } from './startView';
import { tool } from './toolbar';

/** How this device watches; other devices of the same account are left as they are. */
export function DeviceMenu({ selection }: { selection: Selection }) {
  const { t } = useTranslation('live');
  const device = useDevice();
  const isFirst = addressOf(selection) === useStartAddress();
  return (
    <Popover position="bottom-end" shadow="md" width={320} trapFocus withinPortal>
      <Popover.Target>
        <Button variant="subtle" color="gray" size="compact-sm" classNames={tool} leftSection={<IconAdjustments size={16} />}>
          {t('device.title')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('device.title')}>
        <Stack gap="md">
          <Radio.Group
            label={t('device.streams')}
            value={device.streams}
            onChange={(value) => changeDevice({ streams: STREAMS.find((one) => one === value) })}
          >
            <Stack gap="xs" mt="xs">
              {STREAMS.map((one) => (
                <Radio key={one} size="xs" value={one} label={t(`device.${one}`)} description={t(`device.${one}Why`)} />
              ))}
            </Stack>
          </Radio.Group>
          <Switch
            size="xs"
            label={t('device.calm')}
            description={t('device.calmWhy')}
            checked={device.calm}
            onChange={(event) => changeDevice({ calm: event.currentTarget.checked })}
          />
          <Switch
            size="xs"
            label={t('device.fill')}
            description={t('device.fillWhy')}
            checked={device.fill}
            onChange={(event) => changeDevice({ fill: event.currentTarget.checked })}
          />
          <Button
            variant="default"
            size="xs"
            leftSection={<IconHome size={16} />}
            disabled={isFirst}
            title={t('views.startHint')}
            onClick={() => startWith(selection)}
          >
            {isFirst ? t('views.isStart') : t('views.start')}
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
