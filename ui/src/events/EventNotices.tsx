import { notifications } from '@mantine/notifications';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate } from 'react-router';
import { BASE, useCameras, useChange, usePreferences } from '../api';
import { formatTime, regional } from '../common/format';
import classes from './EventNotices.module.css';
import { isSeen, noticesOf } from './news';
import { useLabelText } from './words';

/** The same thing before the same camera is worth saying once in this time. */
const AGAIN_MS = 30_000;
/** More than so many at once are only counted. */
const AT_ONCE = 3;
const SHOWN_MS = 10_000;

/** Says what begins while somebody looks elsewhere. */
export function EventNotices() {
  const { t, i18n } = useTranslation('events');
  const cameras = useCameras();
  const labelText = useLabelText();
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const wanted = noticesOf(usePreferences());
  const last = useRef(new Map<string, number>());
  const here = pathname === '/events';

  useChange('event', ({ change, event }) => {
    if (change !== 'new' || here || !isSeen(wanted, event)) return;
    const now = Date.now();
    const what = `${event.cameraId} ${event.label}`;
    const recent = [...last.current.values()].filter((at) => now - at < SHOWN_MS).length;
    const again = now - (last.current.get(what) ?? -Infinity) < AGAIN_MS;
    if (again || recent >= AT_ONCE) return;
    last.current.set(what, now);
    const camera = cameras.find(({ id }) => id === event.cameraId)?.name ?? event.cameraId;
    const id = notifications.show({
      autoClose: SHOWN_MS,
      withBorder: true,
      closeButtonProps: { 'aria-label': t('common:close') },
      message: (
        // Notices stand beside the routes, where there is no `Link`.
        <a
          href={`/events?event=${event.id}`}
          className={classes.notice}
          onClick={(click) => {
            notifications.hide(id);
            if (click.ctrlKey || click.metaKey || click.shiftKey) return;
            click.preventDefault();
            void navigate(`/events?event=${event.id}`);
          }}
        >
          {event.hasSnapshot && (
            <img src={`${BASE}/events/${event.id}/snapshot.jpg?width=240`} alt="" onError={({ currentTarget }) => currentTarget.remove()} />
          )}
          <span>
            <b>{labelText(event.label)}</b>
            <span>
              {camera} · {formatTime(event.startedAt, regional(i18n.language), 'seconds')}
            </span>
          </span>
        </a>
      ),
    });
  });
  return null;
}
