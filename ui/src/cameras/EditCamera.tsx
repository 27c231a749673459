import { Anchor, Box, Button, Group, Stack, Switch, Tabs, Text, TextInput } from '@mantine/core';
import { IconAlertTriangle, IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import type { RJSFSchema } from '@rjsf/utils';
import { useMemo, useReducer, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useBlocker, useNavigate, useSearchParams } from 'react-router';
import { Callout } from '../admin/Callout';
import { ConfirmDialog } from '../admin/ConfirmDialog';
import { SaveBar } from '../admin/SaveBar';
import { Section } from '../admin/Section';
import { useNotice } from '../admin/useNotice';
import { ApiProblem, useCameraStatus, type ProviderType, type WrongField } from '../api';
import { Page, StatusBadge, useProblemText } from '../common';
import { said } from '../i18n';
import { ConflictDialog } from './ConflictDialog';
import { ConnectionFields } from './ConnectionFields';
import { DetectorFields } from './DetectorFields';
import { draftOf, patchOf, type Draft } from './draft';
import { GroupsInput } from './GroupsInput';
import { focusFirstInvalid } from './focusFirstInvalid';
import { useInstalled } from './installed';
import { LivePicture } from './LivePicture';
import { useRecordingModes } from './recordingModes';
import { RecordingFields } from './RecordingFields';
import { useProvided } from './schemaTexts';
import type { SchemaFormHandle } from './SchemaForm';
import { errorsUnder } from './settings';
import { useCameraSaving, type Versioned } from './useEditedCamera';
import { ZoneEditor } from './ZoneEditor';
import { drawing as newDrawing, drawn, shapesOf, type Shape } from './zones';

interface Base {
  version: Versioned;
  draft: Draft;
  shapes: Shape[];
  secretsSet: string[];
}

function baseOf(version: Versioned, driver: ProviderType | undefined): Base {
  const { camera } = version;
  return {
    version,
    shapes: shapesOf(camera.zones, camera.masks),
    ...draftOf(camera, (driver?.schema ?? {}) as RJSFSchema),
  };
}

/** What models usually tell; others may be typed. */
const COMMON_LABELS = ['person', 'car', 'truck', 'bus', 'motorcycle', 'bicycle', 'dog', 'cat', 'motion'];

const TABS = ['camera', 'recording', 'zones', 'detection'] as const;
type Tab = (typeof TABS)[number];

function tabOf(pointer: string): Tab {
  const first = pointer.split('/')[1] ?? '';
  if (first === 'recording') {
    return 'recording';
  }
  if (first === 'zones' || first === 'masks') {
    return 'zones';
  }
  return first === 'detectors' ? 'detection' : 'camera';
}

export function EditCamera({ current, drivers }: { current: Versioned; drivers: readonly ProviderType[] }) {
  const { t } = useTranslation('cameras');
  const navigate = useNavigate();
  const notice = useNotice();
  const problemText = useProblemText();
  const saving = useCameraSaving();
  const modes = useRecordingModes();
  const detectors = useInstalled('detectors', true).data ?? [];
  const provided = useProvided('driver');
  const driver = drivers.map(provided).find(({ id }) => id === current.camera.driver);
  const status = useCameraStatus(current.camera.id);
  const form = useRef<SchemaFormHandle>(null);
  const [search, setSearch] = useSearchParams();
  const [base, setBase] = useState(() => baseOf(current, driver));
  const [draft, setDraft] = useState(base.draft);
  const [shapes, dispatch] = useReducer(drawn, base.shapes, newDrawing);
  const [errors, setErrors] = useState<readonly WrongField[]>([]);
  const [problem, setProblem] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [conflict, setConflict] = useState<Versioned | null>(null);
  const [removing, setRemoving] = useState(false);
  const gone = useRef(false);

  const patch = useMemo(() => patchOf(base, { draft, shapes: shapes.shapes }), [base, draft, shapes.shapes]);
  const changed = patch !== undefined;

  const start = (version: Versioned) => {
    const next = baseOf(version, driver);
    setBase(next);
    setDraft(next.draft);
    dispatch({ type: 'reset', shapes: next.shapes });
    setErrors([]);
    setProblem(null);
    setConflict(null);
  };

  // Somebody else's change is taken over while there is nothing of ours that it could undo.
  const newer = current.etag !== base.version.etag;
  if (newer && !changed && !busy) {
    start(current);
  }

  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) =>
      changed && !gone.current && currentLocation.pathname !== nextLocation.pathname,
  );

  const detecting = detectors.length > 0 || draft.detectors.length > 0;
  const tabs = TABS.filter((one) => one !== 'detection' || detecting);
  const asked = search.get('tab') as Tab | null;
  const tab = asked !== null && tabs.includes(asked) ? asked : 'camera';
  const setTab = (value: string | null) =>
    setSearch(value === null || value === 'camera' ? {} : { tab: value }, { replace: true });

  const nameError =
    errors.find(({ pointer }) => pointer === '/name')?.detail ??
    (draft.name.trim() === '' ? t('general.nameNeeded') : undefined);
  const unnamed = shapes.shapes.some(({ kind, name }) => kind === 'zone' && name.trim() === '');

  const save = async (etag: string) => {
    if (patch === undefined) {
      return;
    }
    if (form.current?.validate() === false || draft.name.trim() === '') {
      setTab('camera');
      return;
    }
    if (unnamed) {
      setTab('zones');
      return;
    }
    setBusy(true);
    setErrors([]);
    setProblem(null);
    try {
      start(await saving.change(current.camera.id, patch, etag));
      notice.done(t('edit.saved'));
    } catch (cause) {
      if (cause instanceof ApiProblem && cause.status === 412) {
        try {
          setConflict(await saving.reload(current.camera.id));
        } catch (missing) {
          setProblem(missing);
        }
      } else {
        setProblem(cause);
        if (cause instanceof ApiProblem && cause.errors.length > 0) {
          setErrors(cause.errors);
          setTab(tabOf(cause.errors[0]?.pointer ?? ''));
          focusFirstInvalid();
        }
      }
    } finally {
      setBusy(false);
    }
  };

  const theirs = useMemo(() => {
    if (conflict === null) {
      return null;
    }
    const now = baseOf(conflict, driver);
    return Object.keys(patchOf(base, now) ?? {});
  }, [conflict, base, driver]);

  const stream = status?.streams.find(({ widthPx }) => widthPx > 0);
  const aspect = stream ? stream.widthPx / stream.heightPx : 16 / 9;
  const marked = new Set(errors.map(({ pointer }) => tabOf(pointer)));

  return (
    <Page
      title={current.camera.name}
      description={
        <Group gap="xs" component="span">
          <StatusBadge state={status?.state} cause={status?.cause} />
          {status?.cause && status.state !== 'streaming' && <span>{said(status.cause)}</span>}
        </Group>
      }
      actions={
        <Button
          component={Link}
          to={`/cameras/${current.camera.id}/live`}
          variant="default"
          leftSection={<IconPlayerPlay size={16} aria-hidden />}
        >
          {t('list.watch')}
        </Button>
      }
    >
      {newer && changed && conflict === null && (
        <Callout tone="warn" role="status" icon={<IconAlertTriangle aria-hidden />} title={t('conflict.newer')}>
          <Group justify="space-between" gap="sm">
            <Text size="sm">{t('conflict.newerText')}</Text>
            <Button size="xs" variant="default" onClick={() => setConflict(current)}>
              {t('conflict.compare')}
            </Button>
          </Group>
        </Callout>
      )}

      <Tabs value={tab} onChange={setTab} keepMounted>
        <Tabs.List mb="lg">
          {tabs.map((one) => (
            <Tabs.Tab
              key={one}
              value={one}
              leftSection={marked.has(one) && <IconAlertTriangle size={16} color="var(--mantine-color-red-6)" />}
              aria-label={marked.has(one) ? t('edit.tabWrong', { tab: t(`edit.tabs.${one}`) }) : undefined}
            >
              {t(`edit.tabs.${one}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>

        <Tabs.Panel value="camera">
          <Stack gap="lg" maw="52rem">
            <Section title={t('general.title')}>
              <Stack gap="md">
                <TextInput
                  label={t('general.name')}
                  value={draft.name}
                  maxLength={100}
                  required
                  error={nameError}
                  onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })}
                />
                <GroupsInput
                  value={draft.labels}
                  onChange={(labels) => setDraft({ ...draft, labels })}
                  error={errors.find(({ pointer }) => pointer.startsWith('/labels'))?.detail}
                />
                <Switch
                  label={t('general.enabled')}
                  description={t('general.enabledHint')}
                  checked={draft.enabled}
                  onChange={(event) => setDraft({ ...draft, enabled: event.currentTarget.checked })}
                />
              </Stack>
            </Section>
            <Section
              title={t('connection.title')}
              description={driver && t('connection.by', { driver: driver.name, description: driver.description })}
            >
              <ConnectionFields
                key={base.version.etag}
                driver={driver}
                driverId={draft.driver}
                cameraId={current.camera.id}
                value={draft.settings}
                onChange={(settings) => setDraft((before) => ({ ...before, settings }))}
                secretsSet={base.secretsSet}
                errors={errorsUnder('/settings', errors)}
                form={form}
              />
            </Section>
            <Section title={t('delete.section')} description={t('delete.text')} tone="danger">
              <Button
                variant="outline"
                color="red"
                leftSection={<IconTrash size={16} aria-hidden />}
                onClick={() => setRemoving(true)}
              >
                {t('delete.action')}
              </Button>
            </Section>
          </Stack>
        </Tabs.Panel>

        <Tabs.Panel value="recording">
          <Stack gap="lg" maw="52rem">
            <Section title={t('recording.title')} description={t('recording.description')}>
              {draft.recording.mode === 'event' && draft.detectors.length === 0 && (
                <Box mb="md">
                  <Callout tone="warn" icon={<IconAlertTriangle aria-hidden />}>
                    {t('recording.noDetector')}{' '}
                    {detecting && (
                      <Anchor component="button" type="button" inherit onClick={() => setTab('detection')}>
                        {t('recording.toDetection')}
                      </Anchor>
                    )}
                  </Callout>
                </Box>
              )}
              <RecordingFields
                value={draft.recording}
                onChange={(recording) => setDraft({ ...draft, recording })}
                modes={modes}
                zones={shapes.shapes.flatMap(({ kind, name }) => (kind === 'zone' && name.trim() !== '' ? [name.trim()] : []))}
                labels={COMMON_LABELS}
                errors={errorsUnder('/recording', errors)}
              />
            </Section>
          </Stack>
        </Tabs.Panel>

        <Tabs.Panel value="zones">
          <Section
            title={t('zones.title')}
            description={t(detectors.length > 0 ? 'zones.description' : 'zones.descriptionNoDetector')}
          >
            <ZoneEditor
              picture={
                tab === 'zones' && <LivePicture cameraId={current.camera.id} name={current.camera.name} />
              }
              aspect={aspect}
              drawing={shapes}
              dispatch={dispatch}
              knownLabels={COMMON_LABELS}
              complaints={complaintsOf(errors, shapes.shapes)}
            />
          </Section>
        </Tabs.Panel>

        {detecting && (
          <Tabs.Panel value="detection">
            <Section title={t('detection.title')} description={t('detection.description')}>
              <DetectorFields
                cameraId={current.camera.id}
                installed={detectors}
                value={draft.detectors}
                onChange={(chosen) => setDraft({ ...draft, detectors: chosen })}
                errors={errorsUnder('/detectors', errors)}
              />
            </Section>
          </Tabs.Panel>
        )}
      </Tabs>

      <SaveBar
        changed={changed}
        saving={busy}
        onSave={() => void save(base.version.etag)}
        onDiscard={() => start(current)}
        message={
          problem !== null ? (
            <Text span size="sm" c="red" role="alert">
              {problemText(problem)}
            </Text>
          ) : undefined
        }
      />

      <ConflictDialog
        theirs={theirs}
        mine={Object.keys(patch ?? {})}
        onClose={() => setConflict(null)}
        onTakeTheirs={() => conflict && start(conflict)}
        onKeepMine={() => {
          const etag = conflict?.etag;
          setConflict(null);
          if (etag !== undefined) {
            void save(etag);
          }
        }}
      />
      <ConfirmDialog
        opened={removing}
        onClose={() => setRemoving(false)}
        title={t('delete.title', { name: current.camera.name })}
        action={t('delete.action')}
        typed={current.camera.name}
        run={async () => {
          gone.current = true;
          await saving.remove(current.camera.id).catch((cause: unknown) => {
            gone.current = false;
            throw cause;
          });
          notice.done(t('delete.done', { name: current.camera.name }));
          void navigate('/cameras');
        }}
      >
        {t('delete.text')}
      </ConfirmDialog>
      <ConfirmDialog
        opened={blocker.state === 'blocked'}
        onClose={() => blocker.state === 'blocked' && blocker.reset()}
        title={t('edit.leaveTitle')}
        action={t('edit.leave')}
        run={() => {
          if (blocker.state === 'blocked') {
            blocker.proceed();
          }
          return Promise.resolve();
        }}
      >
        {t('edit.leaveText')}
      </ConfirmDialog>
    </Page>
  );
}

/** The server counts zones and masks apart; the editor has one list. */
function complaintsOf(errors: readonly WrongField[], shapes: readonly Shape[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const kind of ['zone', 'mask'] as const) {
    shapes
      .filter((shape) => shape.kind === kind)
      .forEach((shape, i) => {
        const own = errors.filter(({ pointer }) => new RegExp(`^/${kind}s/${i}(/|$)`).test(pointer));
        if (own.length > 0) {
          found.set(shape.key, own.map(({ detail }) => detail).join(' '));
        }
      });
  }
  return found;
}
