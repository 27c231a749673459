import { Stack, Switch, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CameraPicker } from '../common';

interface CameraLimitProps {
  /** `null` is no limit. */
  value: string[] | null;
  onChange: (value: string[] | null) => void;
  error?: string;
  /** Whether no limit can be chosen; somebody who is limited cannot give more. */
  mayBeAll?: boolean;
}

export function CameraLimit({ value, onChange, error, mayBeAll = true }: CameraLimitProps) {
  const { t } = useTranslation('users');
  return (
    <Stack gap="xs">
      {mayBeAll && (
        <Switch
          label={t('cameras.all')}
          description={t('cameras.allHint')}
          checked={value === null}
          onChange={(event) => onChange(event.currentTarget.checked ? null : [])}
        />
      )}
      {value !== null && (
        <CameraPicker multiple label={t('cameras.only')} value={value} onChange={onChange} />
      )}
      {error !== undefined && (
        <Text size="xs" c="red" role="alert">
          {error}
        </Text>
      )}
    </Stack>
  );
}
