import { Button, Group, Skeleton, Stack, Switch } from '@mantine/core';
import { IconPuzzleOff } from '@tabler/icons-react';
import type { RJSFSchema } from '@rjsf/utils';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Callout } from '../admin/Callout';
import type { ProviderType, WrongField } from '../api';
import type { ChosenDetector } from './draft';
import { errorsUnder } from './settings';

const SchemaForm = lazy(async () => ({ default: (await import('./SchemaForm')).SchemaForm }));

interface DetectorFieldsProps {
  installed: readonly ProviderType[];
  value: readonly ChosenDetector[];
  onChange: (value: ChosenDetector[]) => void;
  errors: readonly WrongField[];
}

/** Only what is installed can be switched on; what was chosen and has gone can be switched off. */
export function DetectorFields({ installed, value, onChange, errors }: DetectorFieldsProps) {
  const { t } = useTranslation('cameras');
  const missing = value.filter(({ id }) => !installed.some((one) => one.id === id));
  return (
    <Stack gap="lg">
      {installed.map((detector) => {
        const index = value.findIndex(({ id }) => id === detector.id);
        const chosen = value[index];
        return (
          <Stack key={detector.id} gap="sm">
            <Switch
              label={detector.name}
              description={detector.description}
              checked={chosen !== undefined}
              onChange={(event) =>
                onChange(
                  event.currentTarget.checked
                    ? [...value, { id: detector.id, settings: {} }]
                    : value.filter(({ id }) => id !== detector.id),
                )
              }
            />
            {chosen && (
              <Suspense fallback={<Skeleton height={58} />}>
                <SchemaForm
                  schema={detector.schema as RJSFSchema}
                  value={chosen.settings}
                  onChange={(settings) =>
                    onChange(value.map((one) => (one.id === detector.id ? { ...one, settings } : one)))
                  }
                  errors={errorsUnder(`/${index}/settings`, errors)}
                  idPrefix={`detector-${detector.id}`}
                />
              </Suspense>
            )}
          </Stack>
        );
      })}
      {missing.map(({ id }) => (
        <Callout key={id} tone="warn" icon={<IconPuzzleOff aria-hidden />}>
          <Group justify="space-between">
            {t('detection.gone', { id })}
            <Button size="xs" variant="default" onClick={() => onChange(value.filter((one) => one.id !== id))}>
              {t('detection.remove')}
            </Button>
          </Group>
        </Callout>
      ))}
    </Stack>
  );
}
