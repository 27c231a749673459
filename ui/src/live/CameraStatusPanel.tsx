import { IconAlertTriangle, IconCircleDot, IconCircleOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Camera, CameraStatus } from '../api';
import { type RecordingWord, recordingWord } from '../cameras/recordingWord';
import { StateBadge, StatusBadge, TimeText, useFormat } from '../common';
import { said } from '../i18n';
import { codecName } from './PlayerState';
import classes from './CameraPage.module.css';

/** How the camera is, in the server's own figures. */
export function CameraStatusPanel({ camera, status }: { camera: Camera; status: CameraStatus | undefined }) {
  const { t } = useTranslation('live');
  const format = useFormat();
  if (!status) return <aside className={classes.panel} aria-label={t('page.status')} />;
  const { recording } = status;
  return (
    <aside className={classes.panel} aria-label={t('page.status')}>
      <section>
        <h2>{t('page.status')}</h2>
        <dl>
          <Row term={t('page.state')}>
            <StatusBadge state={status.state} />
          </Row>
          <Row term={t('page.sinceLabel')}>
            <TimeText at={status.since} relative />
          </Row>
          {status.cause && (
            <Row term={t('page.why')} wide>
              {said(status.cause)}
            </Row>
          )}
        </dl>
      </section>
      <section>
        <h2>{t('page.recording')}</h2>
        <dl>
          <Row term={t('page.state')}>
            <RecordingBadge state={recordingWord(camera, status)} />
          </Row>
          {recording.durableThrough && (
            <Row term={t('page.durable')}>
              <TimeText at={recording.durableThrough} style="seconds" />
            </Row>
          )}
          {recording.cause && (
            <Row term={t('page.why')} wide>
              {said(recording.cause)}
            </Row>
          )}
        </dl>
      </section>
      {status.streams.map((stream) => (
        <section key={stream.role}>
          <h2>{t(`page.streamTitle.${stream.role === 'sub' ? 'sub' : 'main'}`)}</h2>
          <dl>
            <Row term={t('page.codec')}>{stream.codec ? <span title={stream.codec}>{codecName(stream.codec)}</span> : '–'}</Row>
            <Row term={t('page.size')}>
              {stream.widthPx > 0 ? `${stream.widthPx} × ${stream.heightPx}` : '–'}
            </Row>
            <Row term={t('page.pictures')}>
              {t('page.perSecond', { value: format.number(stream.frameRate, { maximumFractionDigits: 1 }) })}
            </Row>
            <Row term={t('page.rate')}>{format.bitrate(stream.bitrateBps)}</Row>
            <Row term={t('page.received')}>{format.number(stream.accessUnits.received)}</Row>
            {stream.accessUnits.recorded > 0 && (
              <Row term={t('page.recorded')}>{format.number(stream.accessUnits.recorded)}</Row>
            )}
            <Row term={t('page.lost')}>{format.number(stream.accessUnits.lost)}</Row>
          </dl>
        </section>
      ))}
    </aside>
  );
}

function Row({ term, wide = false, children }: { term: string; wide?: boolean; children: ReactNode }) {
  return (
    <div className={classes.row} data-wide={wide || undefined}>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function RecordingBadge({ state }: { state: RecordingWord }) {
  const { t } = useTranslation('live');
  if (state === 'recording') return <StateBadge tone="good" icon={<IconCircleDot size={14} />} label={t('page.recordingState.recording')} />;
  if (state === 'failed') return <StateBadge tone="bad" icon={<IconAlertTriangle size={14} />} label={t('page.recordingState.failed')} />;
  return <StateBadge tone="off" icon={<IconCircleOff size={14} />} label={t(`page.recordingState.${state}`)} />;
}
