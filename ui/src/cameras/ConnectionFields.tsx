import { Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { IconPlugConnected, IconPuzzleOff } from '@tabler/icons-react';
import type { RJSFSchema } from '@rjsf/utils';
import { lazy, Suspense, useState, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { Callout } from '../admin/Callout';
import { api, ApiProblem, type ProviderType, type WrongField } from '../api';
import { useProblemText } from '../common';
import type { SchemaFormHandle } from './SchemaForm';
import { entered, errorsUnder, type Settings } from './settings';
import { TestResult, type Test } from './TestResult';

const SchemaForm = lazy(async () => ({ default: (await import('./SchemaForm')).SchemaForm }));

interface ConnectionFieldsProps {
  driver: ProviderType | undefined;
  driverId: string;
  /** Whose stored secrets the test may use; undefined for a camera that is new. */
  cameraId?: string;
  value: Settings;
  onChange: (value: Settings) => void;
  secretsSet?: readonly string[];
  errors: readonly WrongField[];
  form: RefObject<SchemaFormHandle | null>;
}

/** A driver's settings, and a button that tries them before anything is saved. */
export function ConnectionFields(props: ConnectionFieldsProps) {
  const { driver, driverId, cameraId, value, onChange, secretsSet = [], errors, form } = props;
  const { t } = useTranslation('cameras');
  const problemText = useProblemText();
  const [result, setResult] = useState<{ test: Test | 'running'; of: Settings } | null>(null);
  const [refused, setRefused] = useState<readonly WrongField[]>([]);
  const [problem, setProblem] = useState<unknown>(null);

  if (driver === undefined) {
    return (
      <Callout tone="warn" icon={<IconPuzzleOff aria-hidden />} title={t('connection.noDriver')}>
        {t('connection.noDriverText', { driver: driverId })}
      </Callout>
    );
  }

  const schema = driver.schema as RJSFSchema;

  const test = async () => {
    if (form.current?.validate() === false) {
      return;
    }
    setProblem(null);
    setRefused([]);
    setResult({ test: 'running', of: value });
    try {
      const test = await api.post<Test>('/cameras/test', {
        driver: driverId,
        settings: entered(value),
        ...(cameraId === undefined ? {} : { camera: cameraId }),
      });
      setResult({ test, of: value });
    } catch (cause) {
      setResult(null);
      if (cause instanceof ApiProblem && cause.errors.length > 0) {
        const fields = errorsUnder('/settings', cause.errors);
        setRefused(fields);
        setProblem(fields.length > 0 ? null : cause);
      } else {
        setProblem(cause);
      }
    }
  };

  const stale = result !== null && result.of !== value;
  return (
    <Stack gap="md">
      <Suspense fallback={<FormSkeleton />}>
        <SchemaForm
          ref={form}
          schema={schema}
          provider={`driver.${driver.id}`}
          value={value}
          onChange={onChange}
          secretsSet={secretsSet}
          errors={errors.length > 0 ? errors : refused}
        />
      </Suspense>
      <Group gap="sm">
        <Button
          variant="default"
          leftSection={<IconPlugConnected size={16} aria-hidden />}
          loading={result?.test === 'running'}
          onClick={() => void test()}
        >
          {t('test.button')}
        </Button>
      </Group>
      {problem !== null && (
        <Text size="sm" c="red" role="alert">
          {problemText(problem)}
        </Text>
      )}
      {result && !stale && <TestResult result={result.test} />}
    </Stack>
  );
}

function FormSkeleton() {
  return (
    <Stack gap="md" aria-hidden>
      {[0, 1, 2, 3].map((i) => (
        <Skeleton key={i} height={58} />
      ))}
    </Stack>
  );
}
