import { Button, Group, Radio, Stack, Text, TextInput } from '@mantine/core';
import { IconLock, IconPuzzleOff } from '@tabler/icons-react';
import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { Callout } from '../admin/Callout';
import saveBar from '../admin/SaveBar.module.css';
import { Section } from '../admin/Section';
import { useNotice } from '../admin/useNotice';
import { ApiProblem, type FoundCamera, type ProviderType, type WrongField } from '../api';
import { EmptyState, Page, useProblemText } from '../common';
import { ConnectionFields } from './ConnectionFields';
import { Discovery } from './Discovery';
import { isUnfinished } from './found';
import { bodyOf, newDraft, type Draft } from './draft';
import { GroupsInput } from './GroupsInput';
import { useRecordingModes } from './recordingModes';
import { RecordingFields } from './RecordingFields';
import { focusFirstInvalid } from './focusFirstInvalid';
import { useProvided } from './schemaTexts';
import type { SchemaFormHandle } from './SchemaForm';
import { errorsUnder } from './settings';
import { useCameraSaving } from './useEditedCamera';

export function NewCamera({ drivers }: { drivers: readonly ProviderType[] }) {
  const { t } = useTranslation('cameras');
  const { t: common } = useTranslation();
  const navigate = useNavigate();
  const notice = useNotice();
  const problemText = useProblemText();
  const saving = useCameraSaving();
  const modes = useRecordingModes();
  const provided = useProvided('driver');
  const form = useRef<SchemaFormHandle>(null);
  const nameField = useRef<HTMLInputElement>(null);
  const [draft, setDraft] = useState<Draft>(() => newDraft(drivers[0]?.id ?? ''));
  const [used, setUsed] = useState<FoundCamera>();
  const [errors, setErrors] = useState<readonly WrongField[]>([]);
  const [problem, setProblem] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [tried, setTried] = useState(false);

  if (drivers.length === 0) {
    return (
      <Page title={t('new.title')}>
        <EmptyState
          icon={<IconPuzzleOff size={26} />}
          title={t('new.noDrivers')}
          action={
            <Button component={Link} to="/plugins" variant="default">
              {t('new.toPlugins')}
            </Button>
          }
        >
          {t('new.noDriversText')}
        </EmptyState>
      </Page>
    );
  }

  const driver = drivers.map(provided).find(({ id }) => id === draft.driver);
  const nameError =
    errors.find(({ pointer }) => pointer === '/name')?.detail ??
    (tried && draft.name.trim() === '' ? t('general.nameNeeded') : undefined);
  const otherErrors = errors.filter(({ pointer }) => !/^\/(name|settings|recording|labels)(\/|$)/.test(pointer));

  const save = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    setProblem(null);
    setErrors([]);
    const good = form.current?.validate() ?? false;
    if (draft.name.trim() === '') {
      if (good) {
        nameField.current?.focus();
      }
      return;
    }
    if (!good) {
      return;
    }
    setBusy(true);
    try {
      const { camera } = await saving.create(bodyOf(draft));
      notice.done(t('new.done', { name: camera.name }));
      void navigate(`/cameras/${camera.id}/live`);
    } catch (cause) {
      if (cause instanceof ApiProblem) {
        setErrors(cause.errors);
        focusFirstInvalid();
      }
      setProblem(cause);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Page title={t('new.title')} description={t('new.description')}>
      <form onSubmit={(event) => void save(event)} noValidate>
        <Stack gap="lg" maw="52rem">
          <Section title={t('discovery.title')} description={t('discovery.description')}>
            <Discovery
              drivers={drivers}
              used={used}
              onUse={(found) => {
                // A name that was typed stays; one of another that was found goes.
                const typed = draft.name !== '' && draft.name !== used?.name;
                setUsed(found);
                setErrors([]);
                setDraft({
                  ...draft,
                  name: typed ? draft.name : found.name,
                  driver: found.driver,
                  settings: found.settings,
                });
                nameField.current?.focus();
                nameField.current?.select();
              }}
            />
          </Section>

          <Section title={t('connection.title')} description={driver?.description}>
            <Stack gap="lg">
              <TextInput
                ref={nameField}
                label={t('general.name')}
                placeholder={t('general.namePlaceholder')}
                value={draft.name}
                maxLength={100}
                required
                error={nameError}
                onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })}
              />
              {drivers.length > 1 && (
                <Radio.Group
                  label={t('connection.driver')}
                  value={draft.driver}
                  onChange={(id) => setDraft({ ...draft, driver: id, settings: {} })}
                >
                  <Stack gap="xs" mt="xs">
                    {drivers.map(provided).map((one) => (
                      <Radio key={one.id} value={one.id} label={one.name} description={one.description} />
                    ))}
                  </Stack>
                </Radio.Group>
              )}
              {used && isUnfinished(used) && (
                <Callout tone="warn" icon={<IconLock aria-hidden />}>
                  {t('discovery.complete', { name: used.name })}
                </Callout>
              )}
              <ConnectionFields
                key={`${draft.driver} ${used?.address ?? ''}`}
                driver={driver}
                driverId={draft.driver}
                value={draft.settings}
                onChange={(settings) => setDraft((before) => ({ ...before, settings }))}
                errors={errorsUnder('/settings', errors)}
                form={form}
              />
            </Stack>
          </Section>

          <Section title={t('recording.title')} description={t('recording.description')}>
            <RecordingFields
              value={draft.recording}
              onChange={(recording) => setDraft({ ...draft, recording })}
              modes={modes}
              errors={errorsUnder('/recording', errors)}
            />
          </Section>

          <Section title={t('general.groups')} description={t('general.groupsHint')}>
            <GroupsInput
              value={draft.labels}
              onChange={(labels) => setDraft({ ...draft, labels })}
              error={errors.find(({ pointer }) => pointer.startsWith('/labels'))?.detail}
            />
          </Section>

          {problem !== null && (
            <Text size="sm" c="red" role="alert">
              {problemText(problem)}
              {otherErrors.map(({ pointer, detail }) => (
                <span key={pointer}> {`${pointer.slice(1)} ${detail}.`}</span>
              ))}
            </Text>
          )}
          {/* In sight from the first entry on: for most cameras there is nothing more to fill in. */}
          <Group justify="flex-end" gap="xs" className={draft.name === '' ? undefined : saveBar.bar}>
            <Button variant="default" component={Link} to="/cameras">
              {common('cancel')}
            </Button>
            <Button type="submit" loading={busy}>
              {common('save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Page>
  );
}
