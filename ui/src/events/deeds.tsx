import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useNotice } from '../admin/useNotice';
import { api, call } from '../api';
import { UNDO_MS, useUndoNotice } from '../common/undo';
import type { EventEntry } from './types';
import { forgetInLists, tellLists } from './useEvents';

/** The most that the server takes at once. */
const AT_ONCE = 1000;

export type Marks = Partial<Pick<EventEntry, 'reviewed' | 'retained'>>;

async function tell(ids: readonly string[], what: Marks | { delete: true }) {
  for (let i = 0; i < ids.length; i += AT_ONCE) {
    await api.post('/events/bulk', { ids: ids.slice(i, i + AT_ONCE), ...what });
  }
}

/** What can be done with events, one or many: seen at once, and to be taken back. */
export function useEventDeeds() {
  const { t } = useTranslation('events');
  const client = useQueryClient();
  const notice = useNotice();
  const undoable = useUndoNotice();
  const toast = useRef<string>(undefined);
  const going = useRef<{ events: readonly EventEntry[]; timer: ReturnType<typeof setTimeout> }>(undefined);

  const say = (text: string, undo: () => void) => {
    if (toast.current !== undefined) notifications.hide(toast.current);
    toast.current = undoable(text, undo);
  };

  const set = async (events: readonly EventEntry[], marks: Marks) => {
    tellLists(client, events.map((event) => ({ ...event, ...marks })));
    try {
      await tell(events.map(({ id }) => id), marks);
      return true;
    } catch (problem) {
      tellLists(client, events);
      notice.failed(problem, t('deeds.failed'));
      return false;
    }
  };

  const mark = async (events: readonly EventEntry[], marks: Marks) => {
    const changed = events.filter(
      (event) =>
        (marks.reviewed !== undefined && event.reviewed !== marks.reviewed) ||
        (marks.retained !== undefined && event.retained !== marks.retained),
    );
    if (changed.length === 0 || !(await set(changed, marks))) return;
    const what = marks.reviewed !== undefined ? (marks.reviewed ? 'reviewed' : 'unreviewed') : marks.retained ? 'kept' : 'unkept';
    const undo = () => {
      for (const name of ['reviewed', 'retained'] as const) {
        if (marks[name] === undefined) continue;
        void set(
          changed.filter((event) => event[name] !== marks[name]).map((event) => ({ ...event, [name]: marks[name] })),
          { [name]: !marks[name] },
        );
      }
    };
    say(t(`deeds.${what}`, { count: changed.length }), undo);
  };

  /** Ends the wait. */
  const send = (leaving = false) => {
    const { events, timer } = going.current ?? { events: [], timer: undefined };
    going.current = undefined;
    clearTimeout(timer);
    if (events.length === 0) return;
    const ids = events.map(({ id }) => id);
    if (leaving) {
      // There is no way back any more.
      if (toast.current !== undefined) notifications.hide(toast.current);
      void call('POST', '/events/bulk', { ids: ids.slice(0, AT_ONCE), delete: true }).catch(() => undefined);
      return;
    }
    tell(ids, { delete: true }).catch((problem: unknown) => {
      tellLists(client, events);
      notice.failed(problem, t('deeds.failed'));
    });
  };

  const remove = (events: readonly EventEntry[]) => {
    if (events.length === 0) return;
    send();
    forgetInLists(client, new Set(events.map(({ id }) => id)));
    // The server knows of no way back, so it is told only once there is none here either.
    going.current = { events, timer: setTimeout(() => send(), UNDO_MS) };
    say(t('deeds.deleted', { count: events.length }), () => {
      if (going.current?.events !== events) return;
      clearTimeout(going.current.timer);
      going.current = undefined;
      tellLists(client, events);
    });
  };

  // Whoever leaves the page meant what they did.
  const newest = useRef(send);
  useEffect(() => {
    newest.current = send;
  });
  useEffect(() => {
    const leave = () => newest.current(true);
    window.addEventListener('pagehide', leave);
    return () => {
      window.removeEventListener('pagehide', leave);
      leave();
    };
  }, []);

  return { mark, remove };
}
