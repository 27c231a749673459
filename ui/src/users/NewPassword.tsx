import { Button, CopyButton, Group, PasswordInput, Stack, Text } from '@mantine/core';
import { IconCheck, IconCopy, IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { randomPassword } from './accounts';

interface NewPasswordProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  error?: string;
}

/** A password for somebody else: typed, or made up here and copied. */
export function NewPassword({ label, value, onChange, error }: NewPasswordProps) {
  const { t } = useTranslation('users');
  const [visible, setVisible] = useState(false);
  const [made, setMade] = useState('');
  return (
    <Stack gap={6}>
      <Group align="flex-end" gap="xs" wrap="nowrap">
        <PasswordInput
          label={label}
          description={t('password.rule')}
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
          visible={visible}
          onVisibilityChange={setVisible}
          visibilityToggleButtonProps={{ 'aria-label': t('password.show'), tabIndex: 0 }}
          autoComplete="new-password"
          required
          error={error}
          style={{ flex: 1 }}
        />
      </Group>
      <Group gap="xs">
        <Button
          size="xs"
          variant="default"
          leftSection={<IconRefresh size={14} aria-hidden />}
          onClick={() => {
            const password = randomPassword();
            setMade(password);
            setVisible(true);
            onChange(password);
          }}
        >
          {t('password.make')}
        </Button>
        {made !== '' && made === value && (
          <CopyButton value={value}>
            {({ copied, copy }) => (
              <Button
                size="xs"
                variant="default"
                leftSection={copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
                onClick={copy}
              >
                {t(copied ? 'copied' : 'copy')}
              </Button>
            )}
          </CopyButton>
        )}
        {made !== '' && made === value && (
          <Text size="xs" c="dimmed">
            {t('password.tell')}
          </Text>
        )}
      </Group>
    </Stack>
  );
}
