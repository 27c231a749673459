import { ActionIcon, Button, Group, Menu, Skeleton, Stack, Text, Tooltip } from '@mantine/core';
import { IconAdjustments, IconArrowDown, IconArrowUp, IconPlus, IconPuzzleOff, IconTrash } from '@tabler/icons-react';
import type { RJSFSchema } from '@rjsf/utils';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Callout } from '../admin/Callout';
import type { ProviderType, WrongField } from '../api';
import { DetectorStanding } from './DetectorStanding';
import classes from './DetectorFields.module.css';
import type { ChosenDetector } from './draft';
import { useProvided } from './schemaTexts';
import { chosenOf, errorsUnder } from './settings';
import { useStandings } from './standings';

const SchemaForm = lazy(async () => ({ default: (await import('./SchemaForm')).SchemaForm }));

interface DetectorFieldsProps {
  /** Of a camera that is there already. */
  cameraId?: string;
  installed: readonly ProviderType[];
  value: readonly ChosenDetector[];
  onChange: (value: ChosenDetector[]) => void;
  errors: readonly WrongField[];
}

/** What looks at a camera, in order. Only what is installed can be added; what has gone can be removed. */
export function DetectorFields({ cameraId, installed, value, onChange, errors }: DetectorFieldsProps) {
  const { t } = useTranslation('cameras');
  const provided = useProvided('detector');
  const standings = useStandings(cameraId);
  const others = installed.filter(({ id }) => !value.some((one) => one.id === id));
  const move = (index: number, by: 1 | -1) => {
    const moved = value[index];
    if (moved) {
      onChange(value.toSpliced(index, 1).toSpliced(index + by, 0, moved));
    }
  };
  const remove = (id: string) => onChange(value.filter((one) => one.id !== id));
  return (
    <Stack gap="md">
      {value.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('detection.none')}
        </Text>
      )}
      {value.map((chosen, index) => {
        const detector = installed.find(({ id }) => id === chosen.id);
        const standing = standings.get(chosen.id);
        if (detector === undefined) {
          return (
            <Callout key={chosen.id} tone="warn" icon={<IconPuzzleOff aria-hidden />}>
              <Group justify="space-between">
                {t('detection.gone', { id: chosen.id })}
                <Button size="xs" variant="default" onClick={() => remove(chosen.id)}>
                  {t('detection.remove')}
                </Button>
              </Group>
            </Callout>
          );
        }
        const { name, description } = provided(detector);
        return (
          <section key={chosen.id} className={classes.detector} aria-label={name}>
            <header className={classes.head}>
              <div className={classes.words}>
                <h3>{name}</h3>
                <p>{description}</p>
              </div>
              {standing !== undefined && cameraId !== undefined && (
                <Button
                  component={Link}
                  to={`/cameras/${cameraId}/tune/${encodeURIComponent(chosen.id)}`}
                  size="xs"
                  variant="light"
                  leftSection={<IconAdjustments size={16} aria-hidden />}
                >
                  {t('detection.tune')}
                </Button>
              )}
              <Tooltip label={t('detection.up')}>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size="lg"
                  aria-label={t('detection.upNamed', { name })}
                  disabled={index === 0}
                  onClick={() => move(index, -1)}
                >
                  <IconArrowUp size={17} />
                </ActionIcon>
              </Tooltip>
              <Tooltip label={t('detection.down')}>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size="lg"
                  aria-label={t('detection.downNamed', { name })}
                  disabled={index === value.length - 1}
                  onClick={() => move(index, 1)}
                >
                  <IconArrowDown size={17} />
                </ActionIcon>
              </Tooltip>
              <Tooltip label={t('detection.remove')}>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size="lg"
                  aria-label={t('detection.removeNamed', { name })}
                  onClick={() => remove(chosen.id)}
                >
                  <IconTrash size={17} />
                </ActionIcon>
              </Tooltip>
            </header>
            {standing !== undefined && <DetectorStanding standing={standing} />}
            <Suspense fallback={<Skeleton height={58} />}>
              <SchemaForm
                schema={detector.schema as RJSFSchema}
                provider={`detector.${detector.id}`}
                value={chosen.settings}
                onChange={(filled) => {
                  const settings = chosenOf(detector.schema as RJSFSchema, chosen.settings, filled);
                  if (JSON.stringify(settings) !== JSON.stringify(chosen.settings)) {
                    onChange(value.map((one) => (one.id === chosen.id ? { ...one, settings } : one)));
                  }
                }}
                errors={errorsUnder(`/${index}/settings`, errors)}
                idPrefix={`detector-${detector.id}`}
              />
            </Suspense>
          </section>
        );
      })}
      {others.length > 0 && (
        <Menu position="bottom-start" width={320}>
          <Menu.Target>
            <Button variant="default" w="fit-content" leftSection={<IconPlus size={16} aria-hidden />}>
              {t('detection.add')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {others.map(provided).map(({ id, name, description }) => (
              <Menu.Item key={id} onClick={() => onChange([...value, { id, settings: {} }])}>
                <Text size="sm" fw={600}>
                  {name}
                </Text>
                <Text size="xs" c="dimmed">
                  {description}
                </Text>
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </Stack>
  );
}
