import { ActionIcon, Anchor, Button, Group, Loader, SegmentedControl, Text, Tooltip } from '@mantine/core';
import {
  IconArrowUp,
  IconBell,
  IconBellOff,
  IconBookmark,
  IconCheck,
  IconCircleCheck,
  IconFilterOff,
  IconTrash,
  IconX,
} from '@tabler/icons-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { ApiProblem, useCameras } from '../api';
import { can, useSession } from '../app/session';
import { EmptyState, ErrorState, Page, useFormat, useShortcut } from '../common';
import { useEventDeeds } from './deeds';
import { EventCard } from './EventCard';
import { EventDetail } from './EventDetail';
import classes from './EventsPage.module.css';
import { FilterBar } from './FilterBar';
import { byDay, filterOf, isNarrowed, readShown, type Shown, writeShown } from './filter';
import type { EventEntry } from './types';
import { useEvent, useEvents } from './useEvents';

/** What detectors usually tell; what is there is added to it. */
const USUAL_LABELS = ['person', 'car', 'dog', 'cat', 'motion'];
const NEAR_TOP_PX = 60;

/** What happened, newest first, until somebody has seen to it. */
export default function EventsPage() {
  const { t } = useTranslation('events');
  const session = useSession();
  const cameras = useCameras();
  const [search, setSearch] = useSearchParams();
  const reviewer = can(session, 'review');
  const shown = useMemo(() => {
    const asked = readShown(search);
    // Who cannot review has nothing to review.
    return reviewer ? asked : { ...asked, all: true };
  }, [search, reviewer]);
  const [openedAt] = useState(() => new Date());
  const filter = useMemo(() => filterOf(shown, openedAt), [shown, openedAt]);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const anchor = useRef<string>(undefined);
  const scroller = useRef<HTMLDivElement>(null);

  const { list, events, waiting, showWaiting } = useEvents(
    filter,
    () => (scroller.current?.scrollTop ?? 0) > NEAR_TOP_PX || chosen.size > 0,
  );
  const { mark, remove } = useEventDeeds();

  const openId = search.get('event') ?? undefined;
  const index = events.findIndex(({ id }) => id === openId);
  const open = useEvent(openId, events[index]);
  const selected = events.filter(({ id }) => chosen.has(id));

  const show = (id: string | undefined) => {
    const next = writeShown(shown);
    if (id !== undefined) next.set('event', id);
    setSearch(next, { replace: true, preventScrollReset: true });
    if (id !== undefined) {
      requestAnimationFrame(() =>
        scroller.current?.querySelector(`[data-event="${CSS.escape(id)}"]`)?.scrollIntoView({ block: 'nearest' }),
      );
    }
  };
  const change = (next: Shown) => {
    setChosen(new Set());
    setSearch(writeShown(next), { replace: true });
    if (scroller.current) scroller.current.scrollTop = 0;
  };
  const choose = (event: EventEntry, range: boolean) => {
    const next = new Set(chosen);
    const from = events.findIndex(({ id }) => id === anchor.current);
    if (range && from >= 0) {
      const to = events.findIndex(({ id }) => id === event.id);
      for (const { id } of events.slice(Math.min(from, to), Math.max(from, to) + 1)) next.add(id);
    } else if (!next.delete(event.id)) {
      next.add(event.id);
    }
    anchor.current = event.id;
    setChosen(next);
  };
  const step = (by: 1 | -1) => {
    if (events.length === 0) return;
    const to = index < 0 ? 0 : Math.min(events.length - 1, Math.max(0, index + by));
    show(events[to]?.id);
    if (to > events.length - 8 && list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage();
  };
  /** What leaves the list hands over to its neighbour. */
  const goOn = (leaving: EventEntry) => {
    const at = events.findIndex(({ id }) => id === leaving.id);
    if (at >= 0) show((events[at + 1] ?? events[at - 1])?.id);
  };

  const mayReview = ({ cameraId }: EventEntry) => can(session, 'review', cameraId);
  const those = (): EventEntry[] => (selected.length > 0 ? selected : open ? [open] : []).filter(mayReview);
  const review = (targets: readonly EventEntry[]) => {
    const reviewed = targets.some((event) => !event.reviewed);
    if (open && targets.some(({ id }) => id === open.id) && reviewed) goOn(open);
    setChosen(new Set());
    void mark(targets, { reviewed });
  };
  const keep = (targets: readonly EventEntry[]) => {
    setChosen(new Set());
    void mark(targets, { retained: targets.some((event) => !event.retained) });
  };
  const discard = (targets: readonly EventEntry[]) => {
    if (open && targets.some(({ id }) => id === open.id)) goOn(open);
    setChosen(new Set());
    remove(targets);
  };

  const group = t('keys.group');
  useShortcut('j', t('keys.next'), () => step(1), { group });
  useShortcut('k', t('keys.previous'), () => step(-1), { group });
  useShortcut('arrowright', t('keys.next'), () => step(1), { group, enabled: open !== undefined });
  useShortcut('arrowleft', t('keys.previous'), () => step(-1), { group, enabled: open !== undefined });
  const reviewing = { group, enabled: reviewer };
  useShortcut('r', t('keys.review'), () => review(those()), reviewing);
  useShortcut('s', t('keys.keep'), () => keep(those()), reviewing);
  useShortcut('delete', t('keys.delete'), () => discard(those()), reviewing);
  useShortcut('x', t('keys.choose'), () => open && choose(open, false), reviewing);
  useShortcut('mod+a', t('keys.chooseAll'), () => setChosen(new Set(events.map(({ id }) => id))), reviewing);
  useShortcut('u', t('keys.all'), () => change({ ...shown, all: !shown.all }), reviewing);
  useShortcut(
    'escape',
    t('keys.back'),
    () => {
      if (chosen.size > 0) setChosen(new Set());
      else show(undefined);
    },
    { group, enabled: chosen.size > 0 || open !== undefined },
  );

  const absent = list.error instanceof ApiProblem && list.error.status === 404;
  const labels = [...new Set([...USUAL_LABELS, ...events.map(({ label }) => label)])].sort();
  const nameOf = (id: string) => cameras.find((camera) => camera.id === id)?.name ?? id;

  return (
    <Page
      title={t('title')}
      bleed
      actions={
        !absent && (
          <div className={classes.tools}>
            {reviewer && (
              <SegmentedControl
                aria-label={t('show.title')}
                size="xs"
                value={shown.all ? 'all' : 'review'}
                onChange={(value) => change({ ...shown, all: value === 'all' })}
                data={[
                  { value: 'review', label: t('show.review') },
                  { value: 'all', label: t('show.all') },
                ]}
              />
            )}
            <FilterBar value={shown} onChange={change} labels={labels} />
          </div>
        )
      }
    >
      <div className={classes.body} data-open={open !== undefined || undefined}>
        <div className={classes.scroller} ref={scroller}>
          {waiting > 0 && (
            <div className={classes.waiting} role="status">
              <Button
                size="xs"
                radius="xl"
                leftSection={<IconArrowUp size={15} aria-hidden />}
                onClick={() => {
                  showWaiting();
                  if (scroller.current) scroller.current.scrollTop = 0;
                }}
              >
                {t('waiting', { count: waiting })}
              </Button>
            </div>
          )}
          {list.isPending ? (
            <Placeholders />
          ) : absent ? (
            <Absent />
          ) : list.isError && events.length === 0 ? (
            <ErrorState problem={list.error} retry={() => void list.refetch()} />
          ) : events.length === 0 ? (
            <Nothing shown={shown} onChange={change} />
          ) : (
            <>
              {byDay(events).map(({ day, events: its }) => (
                <section key={day} className={classes.day} aria-label={day}>
                  <DayHead
                    at={its[0]?.startedAt ?? ''}
                    count={its.length}
                    onChoose={reviewer ? () => setChosen(new Set([...chosen, ...its.map(({ id }) => id)])) : undefined}
                  />
                  <ul className={classes.grid}>
                    {its.map((event) => (
                      <EventCard
                        key={event.id}
                        event={event}
                        camera={nameOf(event.cameraId)}
                        current={event.id === openId}
                        chosen={chosen.has(event.id)}
                        choosing={chosen.size > 0}
                        onOpen={({ id }) => show(id)}
                        onChoose={reviewer ? choose : undefined}
                      />
                    ))}
                  </ul>
                </section>
              ))}
              <More
                has={list.hasNextPage}
                busy={list.isFetchingNextPage}
                fetch={() => void list.fetchNextPage()}
                root={scroller}
              />
            </>
          )}
        </div>
        {open && (
          <EventDetail
            key={open.id}
            event={open}
            camera={cameras.find(({ id }) => id === open.cameraId)}
            onClose={() => show(undefined)}
            onNext={index >= 0 && index < events.length - 1 ? () => step(1) : undefined}
            onPrevious={index > 0 ? () => step(-1) : undefined}
            onReviewed={() => review([open])}
            onKept={() => keep([open])}
            onDelete={() => discard([open])}
          />
        )}
      </div>
      {selected.length > 0 && (
        <SelectionBar
          events={selected.filter(mayReview)}
          count={selected.length}
          onReview={review}
          onKeep={keep}
          onDelete={discard}
          onClear={() => setChosen(new Set())}
        />
      )}
    </Page>
  );
}

function DayHead({ at, count, onChoose }: { at: string; count: number; onChoose: (() => void) | undefined }) {
  const { t } = useTranslation('events');
  const full = useFormat().day(at);
  const today = new Date();
  const days = Math.round((today.setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 86_400_000);
  return (
    <header className={classes.dayHead}>
      <h2>{days === 0 ? t('today') : days === 1 ? t('yesterday') : full}</h2>
      <span>{days <= 1 ? full : null}</span>
      <span className={classes.count}>{t('count', { count })}</span>
      {onChoose && (
        <Button size="compact-xs" variant="subtle" color="gray" onClick={onChoose}>
          {t('chooseDay')}
        </Button>
      )}
    </header>
  );
}

interface SelectionBarProps {
  events: readonly EventEntry[];
  count: number;
  onReview: (events: readonly EventEntry[]) => void;
  onKeep: (events: readonly EventEntry[]) => void;
  onDelete: (events: readonly EventEntry[]) => void;
  onClear: () => void;
}

function SelectionBar({ events, count, onReview, onKeep, onDelete, onClear }: SelectionBarProps) {
  const { t } = useTranslation('events');
  const { t: common } = useTranslation();
  const none = events.length === 0;
  return (
    <div className={classes.selection} role="toolbar" aria-label={t('selection.title')}>
      <Text size="sm" fw={600} className={classes.chosen} role="status">
        {t('selection.count', { count })}
      </Text>
      <Button size="xs" disabled={none} leftSection={<IconCheck size={15} aria-hidden />} onClick={() => onReview(events)}>
        {events.some(({ reviewed }) => !reviewed) ? t('detail.review') : t('selection.unreview')}
      </Button>
      <Button
        size="xs"
        variant="default"
        disabled={none}
        leftSection={<IconBookmark size={15} aria-hidden />}
        onClick={() => onKeep(events)}
      >
        {events.some(({ retained }) => !retained) ? t('detail.keep') : t('selection.unkeep')}
      </Button>
      <Button
        size="xs"
        variant="default"
        disabled={none}
        leftSection={<IconTrash size={15} aria-hidden />}
        onClick={() => onDelete(events)}
      >
        {common('delete')}
      </Button>
      <Tooltip label={t('selection.clear')}>
        <ActionIcon variant="subtle" color="gray" size={30} aria-label={t('selection.clear')} onClick={onClear}>
          <IconX size={17} />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}

/** The next page comes as its place comes into sight; the button is for who has no sight of it. */
function More({ has, busy, fetch, root }: { has: boolean; busy: boolean; fetch: () => void; root: React.RefObject<HTMLElement | null> }) {
  const { t } = useTranslation('events');
  const place = useRef<HTMLDivElement>(null);
  const newest = useRef(fetch);
  useEffect(() => {
    newest.current = fetch;
  });
  useEffect(() => {
    const element = place.current;
    if (!has || busy || element === null) return undefined;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && newest.current(), {
      root: root.current,
      rootMargin: '600px',
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [has, busy, root]);
  return (
    <div ref={place} className={classes.more}>
      {busy ? (
        <Loader size="sm" aria-label={t('more')} />
      ) : has ? (
        <Button variant="default" size="xs" onClick={fetch}>
          {t('more')}
        </Button>
      ) : (
        <Text size="xs" c="dimmed">
          {t('end')}
        </Text>
      )}
    </div>
  );
}

function Placeholders() {
  const { t } = useTranslation();
  return (
    <div className={classes.day} role="status" aria-label={t('loading')}>
      <div className={classes.grid} aria-hidden>
        {Array.from({ length: 12 }, (_, i) => (
          <span key={i} className={classes.placeholder} />
        ))}
      </div>
    </div>
  );
}

function Nothing({ shown, onChange }: { shown: Shown; onChange: (shown: Shown) => void }) {
  const { t } = useTranslation('events');
  if (isNarrowed(shown)) {
    return (
      <EmptyState
        icon={<IconFilterOff size={26} />}
        title={t('nothing.filtered')}
        action={
          <Group gap="xs">
            {!shown.all && (
              <Button variant="default" onClick={() => onChange({ ...shown, all: true })}>
                {t('nothing.showReviewed')}
              </Button>
            )}
            <Button variant="default" onClick={() => onChange({ all: shown.all, kept: false })}>
              {t('nothing.clear')}
            </Button>
          </Group>
        }
      />
    );
  }
  return shown.all ? (
    <EmptyState icon={<IconBell size={26} />} title={t('none')}>
      {t('noneText')}
    </EmptyState>
  ) : (
    <EmptyState
      icon={<IconCircleCheck size={26} />}
      title={t('nothing.done')}
      action={
        <Button variant="default" onClick={() => onChange({ ...shown, all: true })}>
          {t('nothing.showAll')}
        </Button>
      }
    >
      {t('nothing.doneText')}
    </EmptyState>
  );
}

/** A server without events says so by 404, and so does the page. */
function Absent() {
  const { t } = useTranslation('events');
  const session = useSession();
  return (
    <EmptyState
      icon={<IconBellOff size={26} />}
      title={t('absent')}
      action={
        can(session, 'administer') && (
          <Button component={Link} to="/plugins" variant="default">
            {t('toPlugins')}
          </Button>
        )
      }
    >
      {t('absentText')}{' '}
      <Anchor component={Link} to="/playback" inherit underline="always">
        {t('toPlayback')}
      </Anchor>
    </EmptyState>
  );
}
