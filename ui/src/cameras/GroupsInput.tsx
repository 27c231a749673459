import { TagsInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useCameras } from '../api';

interface GroupsInputProps {
  value: string[];
  onChange: (value: string[]) => void;
  error?: string;
}

/** A camera's groups: those that other cameras are in, or new ones. */
export function GroupsInput({ value, onChange, error }: GroupsInputProps) {
  const { t } = useTranslation('cameras');
  const known = [...new Set(useCameras().flatMap(({ labels }) => labels))].sort((a, b) => a.localeCompare(b));
  return (
    <TagsInput
      label={t('general.groupsLabel')}
      placeholder={value.length === 0 ? t('general.groupsPlaceholder') : undefined}
      data={known}
      value={value}
      onChange={onChange}
      error={error}
    />
  );
}
