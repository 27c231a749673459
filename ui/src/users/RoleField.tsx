import { Radio, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Role } from '../api';

interface RoleFieldProps {
  value: Role;
  onChange: (value: Role) => void;
  roles: readonly Role[];
  error?: string;
}

export function RoleField({ value, onChange, roles, error }: RoleFieldProps) {
  const { t } = useTranslation('users');
  return (
    <Radio.Group label={t('role')} value={value} onChange={(role) => onChange(role as Role)} error={error}>
      <Stack gap="xs" mt="xs">
        {roles.map((role) => (
          <Radio key={role} value={role} label={t(`roles.${role}`)} description={t(`roleHints.${role}`)} />
        ))}
      </Stack>
    </Radio.Group>
  );
}
