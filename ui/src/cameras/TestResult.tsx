import { List, Skeleton, Stack, Text, ThemeIcon } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconMicrophone, IconVideo } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Callout } from '../admin/Callout';
import type { components } from '../api/schema';
import { said } from '../i18n';
import { codecName } from './codec';

export type Test = components['schemas']['TestResult'];

/** What a camera answered, in words. */
export function TestResult({ result }: { result: Test | 'running' }) {
  const { t, i18n } = useTranslation('cameras');
  if (result === 'running') {
    return (
      <Stack gap="xs" role="status" aria-label={t('test.running')}>
        <Text size="sm">{t('test.running')}</Text>
        <Skeleton height={14} width="60%" />
      </Stack>
    );
  }
  if (!result.ok) {
    return (
      <Callout
        tone="bad"
        role="alert"
        icon={<IconAlertTriangle aria-hidden />}
        title={t(`test.failed.${result.kind ?? 'other'}`, { defaultValue: t('test.failed.other') })}
      >
        <Text size="sm">{result.cause && said(result.cause)}</Text>
        <Text size="sm" c="dimmed" mt={4}>
          {t(`test.advice.${result.kind ?? 'other'}`, { defaultValue: '' })}
        </Text>
      </Callout>
    );
  }
  return (
    <Callout tone="good" role="status" icon={<IconCircleCheck aria-hidden />} title={t('test.good')}>
      <List spacing={4} size="sm" listStyleType="none">
        {result.streams.map((stream) => (
          <List.Item
            key={stream.role}
            icon={
              <ThemeIcon size={22} variant="light" color="gray">
                <IconVideo size={14} aria-hidden />
              </ThemeIcon>
            }
          >
            {t('test.stream', {
              role: t(`stream.${stream.role}`, { defaultValue: stream.role }),
              codec: codecName(stream.codec),
              width: stream.widthPx,
              height: stream.heightPx,
              rate: stream.frameRate.toLocaleString(i18n.language, { maximumFractionDigits: 1 }),
            })}
            {stream.frameRate === 0 && ` ${t('test.noRate')}`}
            {stream.audioCodec && (
              <Text span size="sm" c="dimmed">
                {' '}
                <IconMicrophone size={13} aria-hidden /> {t('test.audio', { codec: codecName(stream.audioCodec) })}
              </Text>
            )}
          </List.Item>
        ))}
      </List>
    </Callout>
  );
}
