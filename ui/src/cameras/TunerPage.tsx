import { Anchor, Button, Group, SegmentedControl, Stack, Switch, Text } from '@mantine/core';
import type { RJSFSchema } from '@rjsf/utils';
import { IconArrowLeft, IconEyeOff, IconPlayerPause, IconPlayerPlay, IconPuzzleOff } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { Callout } from '../admin/Callout';
import { Section } from '../admin/Section';
import { ApiProblem, type Camera, type ProviderType } from '../api';
import { EmptyState, ErrorState, Page, PageLoading, useFormat, useProblemText, useShortcut } from '../common';
import type { DebugFrame } from '../events/types';
import { useLabelText } from '../events/words';
import { said } from '../i18n';
import { DetectorStanding } from './DetectorStanding';
import { useInstalled } from './installed';
import { entered, type Settings } from './settings';
import { useProvided } from './schemaTexts';
import { useStandings } from './standings';
import { TuneFields } from './TuneFields';
import classes from './TunerPage.module.css';
import { useDebug } from './useDebug';
import { useCameraSaving, useVersionedCamera } from './useEditedCamera';

/** A hand that moves a slider rests that long before it means it. */
const REST_MS = 400;

/** What a detector sees, and why it counts or does not, while its settings are changed. */
export default function TunerPage() {
  const { t } = useTranslation('cameras');
  const { id = '', detector: detectorId = '' } = useParams();
  const current = useVersionedCamera(id);
  const detectors = useInstalled('detectors', true);
  if (current.isError) {
    return <ErrorState problem={current.error} retry={() => void current.refetch()} />;
  }
  if (current.isPending || detectors.isPending) {
    return <PageLoading />;
  }
  const { camera } = current.data;
  const chosen = camera.detectors.find((one) => one.id === detectorId);
  const detector = detectors.data?.find((one) => one.id === detectorId);
  if (chosen === undefined || detector === undefined) {
    return (
      <Page title={t('tuner.title')}>
        <EmptyState
          icon={<IconPuzzleOff size={26} />}
          title={t('tuner.unknown', { camera: camera.name, detector: detector?.name ?? detectorId })}
          action={
            <Button component={Link} to={`/cameras/${id}?tab=detection`} variant="default">
              {t('tuner.toCamera')}
            </Button>
          }
        />
      </Page>
    );
  }
  return <Tuner key={`${id} ${detectorId}`} camera={camera} detector={detector} first={chosen.settings ?? {}} />;
}

interface TunerProps {
  camera: Camera;
  detector: ProviderType;
  first: Settings;
}

function Tuner({ camera, detector, first }: TunerProps) {
  const { t } = useTranslation('cameras');
  const problemText = useProblemText();
  const format = useFormat();
  const [live, setLive] = useState(true);
  const [layer, setLayer] = useState('both');
  const [quiet, setQuiet] = useState(true);
  const { frame, problem } = useDebug(camera.id, detector.id, live);
  const tuned = useTuned(camera, detector.id, first);
  const standing = useStandings(camera.id).get(detector.id);
  const provided = useProvided('detector');
  const paused = t(live ? 'tuner.pause' : 'tuner.goOn');
  useShortcut('space', t('tuner.pause'), () => setLive((before) => !before));

  return (
    <Page
      title={t('tuner.of', { detector: provided(detector).name, camera: camera.name })}
      description={standing ? <DetectorStanding standing={standing} /> : provided(detector).description}
      actions={
        <Button
          component={Link}
          to={`/cameras/${camera.id}?tab=detection`}
          variant="default"
          leftSection={<IconArrowLeft size={16} aria-hidden />}
        >
          {t('tuner.toCamera')}
        </Button>
      }
    >
      <div className={classes.tuner}>
        <div className={classes.seen}>
          <div className={classes.stage} style={{ aspectRatio: frame ? frame.widthPx / frame.heightPx : 16 / 9 }}>
            {frame ? (
              <Picture frame={frame} camera={camera} layer={layer} quiet={quiet} />
            ) : (
              <div className={classes.none} role="status">
                {problem ? <IconEyeOff size={26} aria-hidden /> : null}
                {problem ? problemText(problem) : t('tuner.waiting')}
              </div>
            )}
            {frame && (
              <span className={classes.on} data-on={frame.on || undefined}>
                <i aria-hidden />
                {t(frame.on ? 'tuner.on' : 'tuner.off')}
              </span>
            )}
          </div>
          <Group gap="sm">
            <Button
              size="xs"
              variant="default"
              leftSection={live ? <IconPlayerPause size={16} aria-hidden /> : <IconPlayerPlay size={16} aria-hidden />}
              onClick={() => setLive(!live)}
            >
              {paused}
            </Button>
            {frame?.foreground != null && (
              <SegmentedControl
                size="xs"
                aria-label={t('tuner.layer')}
                value={layer}
                onChange={setLayer}
                data={['picture', 'both', 'foreground'].map((one) => ({ value: one, label: t(`tuner.layers.${one}`) }))}
              />
            )}
            <Switch
              size="xs"
              label={t('tuner.quiet')}
              checked={quiet}
              onChange={(event) => setQuiet(event.currentTarget.checked)}
            />
            <Text size="xs" c="dimmed" ml="auto" className={classes.at}>
              {frame && `${format.time(frame.at, 'seconds')} · ${frame.widthPx} × ${frame.heightPx}`}
            </Text>
          </Group>
          {frame && problem && (
            <Callout tone="warn" role="status" icon={<IconEyeOff aria-hidden />}>
              {problemText(problem)}
            </Callout>
          )}
          {frame && <Findings frame={frame} quiet={quiet} />}
        </div>

        <Stack gap="lg" className={classes.desk}>
          <Section title={t('tuner.settings')} description={t('tuner.settingsText')}>
            <Stack gap="md">
              <TuneFields
                schema={detector.schema as RJSFSchema}
                provider={`detector.${detector.id}`}
                value={tuned.settings}
                onChange={tuned.change}
              />
              <Text size="xs" c={tuned.problem ? 'red' : 'dimmed'} role="status">
                {tuned.problem
                  ? wrongText(tuned.problem, problemText)
                  : t(tuned.saving ? 'tuner.saving' : 'tuner.saved')}
              </Text>
            </Stack>
          </Section>
          {frame && Object.keys(frame.figures).length > 0 && (
            <Section title={t('tuner.figures')}>
              <dl className={classes.figures}>
                {Object.entries(frame.figures).map(([name, value]) => (
                  <div key={name}>
                    <dt>{t(`tuner.figureNames.${name}`, { defaultValue: name })}</dt>
                    <dd>{figure(name, value, format, t)}</dd>
                  </div>
                ))}
              </dl>
            </Section>
          )}
          <Text size="xs" c="dimmed">
            {t('tuner.zonesHint')}{' '}
            <Anchor component={Link} to={`/cameras/${camera.id}?tab=zones`} inherit underline="always">
              {t('tuner.toZones')}
            </Anchor>
          </Text>
        </Stack>
      </div>
    </Page>
  );
}

const SHARES = new Set(['foregroundFraction', 'largestArea', 'leastArea']);

function figure(name: string, value: number, format: ReturnType<typeof useFormat>, t: (key: string) => string): string {
  if (name.startsWith('is')) {
    return t(value > 0 ? 'tuner.yes' : 'tuner.no');
  }
  return SHARES.has(name) ? format.percent(value, 2) : format.number(value, { maximumSignificantDigits: 3 });
}

function wrongText(problem: unknown, problemText: (problem: unknown) => string): string {
  const fields = problem instanceof ApiProblem ? problem.errors : [];
  return fields.length > 0
    ? fields.map(({ pointer, detail }) => `${pointer.split('/').at(-1) ?? ''}: ${detail}`).join(' ')
    : problemText(problem);
}

/** Settings as the hand has them; the server is told when it rests, one after another. */
function useTuned(camera: Camera, detectorId: string, first: Settings) {
  const saving = useCameraSaving();
  const [settings, setSettings] = useState(first);
  const [waiting, setWaiting] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const others = useRef(camera.detectors);
  const line = useRef(Promise.resolve());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const pending = useRef<() => void>(undefined);
  useEffect(() => {
    others.current = camera.detectors;
  }, [camera]);

  const send = (next: Settings) => {
    line.current = line.current.then(async () => {
      try {
        await saving.change(camera.id, {
          detectors: others.current.map((one) => (one.id === detectorId ? { ...one, settings: entered(next) } : one)),
        });
        setProblem(null);
      } catch (cause) {
        setProblem(cause);
      } finally {
        setWaiting(pending.current !== undefined);
      }
    });
  };
  const change = (next: Settings) => {
    setSettings(next);
    setWaiting(true);
    clearTimeout(timer.current);
    pending.current = () => {
      pending.current = undefined;
      send(next);
    };
    timer.current = setTimeout(() => pending.current?.(), REST_MS);
  };
  // Whoever leaves at once meant the last move all the same.
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      pending.current?.();
    },
    [],
  );
  return { settings, change, saving: waiting, problem };
}

interface PictureProps {
  frame: DebugFrame;
  camera: Camera;
  layer: string;
  quiet: boolean;
}

function Picture({ frame, camera, layer, quiet }: PictureProps) {
  const { t } = useTranslation('cameras');
  const labelText = useLabelText();
  const boxes = [
    ...frame.regions.map((one) => ({ ...one, kind: 'region' as const, name: '' })),
    ...frame.detections.map((one) => ({ ...one, kind: 'detection' as const, name: labelText(one.label) })),
  ].filter(({ counted }) => counted || quiet);
  return (
    <>
      {layer !== 'foreground' && <img src={`data:image/jpeg;base64,${frame.picture}`} alt={t('tuner.picture')} />}
      {layer !== 'picture' && frame.foreground !== null && (
        <span
          className={classes.foreground}
          data-alone={layer === 'foreground' || undefined}
          style={{ maskImage: `url(data:image/png;base64,${frame.foreground})` }}
        />
      )}
      <svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden>
        {camera.masks.map(({ polygon }, i) => (
          <polygon key={i} className={classes.mask} points={polygon.map((corner) => corner.join()).join(' ')} />
        ))}
        {camera.zones.map(({ name, polygon }) => {
          const points = polygon.map((corner) => corner.join()).join(' ');
          return polygon.length === 2 ? (
            <polyline key={name} className={classes.zone} points={points} />
          ) : (
            <polygon key={name} className={classes.zone} points={points} />
          );
        })}
      </svg>
      {boxes.map(({ box, counted, kind, name, reason }, i) => (
        <span
          key={i}
          className={classes.box}
          data-kind={kind}
          data-counted={counted || undefined}
          style={{
            left: `${box.x * 100}%`,
            top: `${box.y * 100}%`,
            width: `${box.width * 100}%`,
            height: `${box.height * 100}%`,
          }}
          title={said(reason)}
        >
          {name && <b>{name}</b>}
        </span>
      ))}
    </>
  );
}

/** The same in words, in order of what it came to. */
function Findings({ frame, quiet }: { frame: DebugFrame; quiet: boolean }) {
  const { t } = useTranslation('cameras');
  const format = useFormat();
  const labelText = useLabelText();
  const rows = [
    ...frame.detections.map(({ label, score, counted, reason, zones }) => ({
      what: `${labelText(label)} ${format.percent(score)}`,
      counted,
      reason: [said(reason), zones.length > 0 && t('tuner.inZones', { zones: zones.join(', ') })].filter(Boolean).join(' · '),
    })),
    ...frame.regions.map(({ area, counted, reason }) => ({
      what: t('tuner.region', { share: format.percent(area, 2) }),
      counted,
      reason: said(reason),
    })),
  ].filter(({ counted }) => counted || quiet);
  return (
    <section className={classes.findings} aria-label={t('tuner.findings')}>
      {frame.note !== '' && <p className={classes.note}>{said(frame.note)}</p>}
      {rows.length === 0 && <p className={classes.note}>{t('tuner.nothing')}</p>}
      <ul>
        {rows.slice(0, 12).map(({ what, counted, reason }, i) => (
          <li key={i} data-counted={counted || undefined}>
            <span className={classes.verdict}>{t(counted ? 'tuner.counts' : 'tuner.not')}</span>
            <b>{what}</b>
            <span>{reason}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
