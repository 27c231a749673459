import { ActionIcon, Button, Group, Popover, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconBroadcast, IconDownload, IconLink, IconMovie, IconVideo, IconVideoOff } from '@tabler/icons-react';
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useSearchParams } from 'react-router';

import { useCamerasQuery } from '../api/queries';
import { can, useSession } from '../app/session';
import { CameraPicker, EmptyState, ErrorState, Page, PageLoading } from '../common';
import { centred, length, zoomed } from '../timeline/view';
import { neighbour, useMarks, useRecordings, withEnd, withStart } from '../timeline';
import type { Lane, Range } from '../timeline';
import { duration } from '../timeline/text';
import { MOST_CAMERAS, addressOf, readPlace, writePlace } from './address';
import { GoTo } from './GoTo';
import { usePlaybackSession, useSessionView } from './hooks';
import { PlaybackTimeline } from './PlaybackTimeline';
import type { PlaybackSession } from './session';
import { Tile } from './Tile';
import { Transport } from './Transport';
import { usePlaybackShortcuts } from './usePlaybackShortcuts';
import classes from './Playback.module.css';

const ExportDialog = lazy(() => import('../exports/ExportDialog'));

/** So many are shown at first, if nobody said which. */
const AT_FIRST = 4;
/** How far behind now one starts, if nobody said when: there is something to see on both sides. */
const BEHIND_MS = 60_000;
const WRITTEN_EVERY_MS = 2000;
/** What there is takes at least this much of the timeline at first, if nobody said how much to show. */
const LEAST_SHARE = 0.1;
const CLOSEST_MS = 120_000;

export default function PlaybackPage() {
  const { t } = useTranslation('playback');
  const cameras = useCamerasQuery();
  if (cameras.isPending) {
    return <PageLoading />;
  }
  if (!cameras.data) {
    return (
      <Page title={t('title')}>
        <ErrorState problem={cameras.error} retry={() => void cameras.refetch()} />
      </Page>
    );
  }
  if (cameras.data.length === 0) {
    return (
      <Page title={t('title')}>
        <EmptyState icon={<IconMovie size={28} />} title={t('empty.title')}>
          {t('empty.text')}
        </EmptyState>
      </Page>
    );
  }
  return <Playback all={cameras.data.map(({ id, name }) => ({ id, name }))} />;
}

interface Named {
  readonly id: string;
  readonly name: string;
}

function Playback({ all }: { all: readonly Named[] }) {
  const { t } = useTranslation('playback');
  const account = useSession();
  const [search] = useSearchParams();
  const [first] = useState(() => {
    const { at, zoomMs } = readPlace(search);
    return { at: at ?? Date.now() - BEHIND_MS, zoomMs, asked: at !== undefined || search.has('zoom') };
  });
  const session = usePlaybackSession(first.at);
  const [range, setRange] = useState<Range>(() => centred(first.at, first.zoomMs));
  const [selection, setSelection] = useState<Range>();
  const [large, setLarge] = useState<string>();
  const [choosingTime, setChoosingTime] = useState(false);
  const [exporting, setExporting] = useState<Range>();
  const view = useSessionView(session);

  const asked = readPlace(search).cameras.join();
  const chosen = useMemo(() => {
    const known = asked.split(',').flatMap((id) => all.find((it) => it.id === id) ?? []);
    return known.length > 0 ? known : all.slice(0, AT_FIRST);
  }, [asked, all]);
  const ids = useMemo(() => chosen.map((it) => it.id), [chosen]);
  const footage = useRecordings(ids, range);
  const marks = useMarks(ids, range);
  useCloseUp(first.asked, footage, length(range), (oldest, zoomMs) => {
    if (session.time < oldest) session.seek((oldest + Date.now()) / 2);
    setRange(centred(session.time, zoomMs));
  });
  const lanes = useMemo<Lane[]>(
    () =>
      chosen.map(({ id, name }, index) => ({
        id,
        name,
        spans: footage[index]?.spans ?? [],
        gaps: footage[index]?.gaps ?? [],
        events: marks[index],
      })),
    [chosen, footage, marks],
  );
  useEffect(() => {
    session.know(lanes);
  }, [session, lanes]);

  const address = useAddress(session, ids, range, (place) => {
    session.seek(place.at);
    setRange(centred(place.at, place.zoomMs));
  });

  const seek = (time: number, settled: boolean) => {
    session.seek(time);
    if (settled) {
      address.visit();
    }
  };
  const goTo = (time: number) => {
    session.seek(time);
    setRange(centred(session.time, length(range)));
    address.visit();
  };
  const enlarged = large !== undefined && ids.includes(large) && ids.length > 1 ? large : undefined;
  const mayExport = ids.some((id) => can(account, 'export', id));
  const openExport = () => {
    const time = session.time;
    setExporting(selection ?? { from: time - 30_000, to: Math.min(Date.now(), time + 30_000) });
  };

  usePlaybackShortcuts(session, ids, {
    chooseTime: () => {
      setChoosingTime(true);
    },
    mark: mayExport
      ? (end) => {
          setSelection((before) => (end === 'from' ? withStart(before, session.time) : withEnd(before, session.time)));
        }
      : undefined,
    unmark: selection
      ? () => {
          setSelection(undefined);
        }
      : undefined,
    zoom: (factor) => {
      setRange((before) => zoomed(before, session.time, factor));
    },
    enlarge: () => {
      setLarge(enlarged ? undefined : view.focus);
    },
    event: (by) => {
      const time = neighbour(lanes, session.time, by);
      if (time !== undefined) goTo(time);
    },
    export: mayExport ? openExport : undefined,
    nameOf: (id) => chosen.find((it) => it.id === id)?.name ?? id,
  });

  return (
    <Page title={t('title')} bleed>
      <div className={classes.page}>
        <div
          className={classes.tiles}
          data-count={chosen.length}
          data-large={enlarged ? '' : undefined}
          style={{ '--columns': Math.ceil(Math.sqrt(chosen.length)), '--others': chosen.length - 1 } as React.CSSProperties}
        >
          {chosen.map(({ id, name }, index) => (
            <div key={id} className={classes.cell} data-large={id === enlarged || undefined}>
              <Tile
                session={session}
                camera={id}
                name={name}
                lane={lanes[index]}
                view={view.tiles[id]}
                heard={view.heard === id}
                focused={view.focus === id}
                among={chosen.length > 1}
                enlarged={id === enlarged}
                onEnlarge={() => {
                  setLarge(id === enlarged ? undefined : id);
                }}
              />
            </div>
          ))}
        </div>
        <div className={classes.desk}>
          <div className={classes.controls}>
            <GoTo
              session={session}
              cameras={ids}
              opened={choosingTime}
              onOpened={setChoosingTime}
              onGo={goTo}
            />
            <Transport session={session} />
            <Group gap={4} wrap="nowrap" className={classes.actions}>
              {selection ? (
                <SelectionBar
                  selection={selection}
                  onExport={mayExport ? openExport : undefined}
                  onClear={() => {
                    setSelection(undefined);
                  }}
                />
              ) : mayExport ? (
                <Button
                  size="xs"
                  variant="subtle"
                  color="gray"
                  leftSection={<IconDownload size={18} />}
                  aria-label={t('action.export')}
                  className={classes.export}
                  onClick={openExport}
                >
                  {t('action.export')}
                </Button>
              ) : null}
              <Cameras
                value={ids}
                onChange={(next) => {
                  address.choose(next);
                }}
              />
              <Action label={t('action.share')} onClick={() => void share(address.link(), t)}>
                <IconLink size={18} />
              </Action>
              <Button
                component={Link}
                to={chosen.length === 1 && chosen[0] ? `/cameras/${chosen[0].id}/live` : '/live'}
                size="xs"
                variant="default"
                leftSection={<IconBroadcast size={16} />}
                className={classes.live}
              >
                {t('action.live')}
              </Button>
            </Group>
          </div>
          <PlaybackTimeline
            session={session}
            lanes={lanes}
            range={range}
            onRange={setRange}
            selection={selection}
            onSelection={mayExport ? setSelection : undefined}
            onSeek={seek}
          />
          {footage.some((it) => it.failed) ? (
            <p className={classes.note} role="alert">
              <IconVideoOff size={14} aria-hidden /> {t('recordingsFailed')}
            </p>
          ) : null}
        </div>
      </div>
      <Suspense fallback={null}>
        {exporting ? (
          <ExportDialog
            cameras={chosen.filter(({ id }) => can(account, 'export', id))}
            range={exporting}
            onClose={() => {
              setExporting(undefined);
            }}
          />
        ) : null}
      </Suspense>
    </Page>
  );
}

function SelectionBar(props: { selection: Range; onExport: (() => void) | undefined; onClear: () => void }) {
  const { t } = useTranslation('playback');
  return (
    <>
      <span className={classes.selected}>{t('selected', { duration: duration(length(props.selection)) })}</span>
      {props.onExport ? (
        <Button size="xs" leftSection={<IconDownload size={16} />} onClick={props.onExport}>
          {t('action.exportSelection')}
        </Button>
      ) : null}
      <Button size="xs" variant="subtle" color="gray" onClick={props.onClear}>
        {t('action.clear')}
      </Button>
    </>
  );
}

function Cameras({ value, onChange }: { value: readonly string[]; onChange: (ids: string[]) => void }) {
  const { t } = useTranslation('playback');
  return (
    <Popover position="top-end" shadow="md" width={320} trapFocus withinPortal>
      <Popover.Target>
        <Tooltip label={t('action.cameras')} openDelay={400}>
          <ActionIcon size={34} variant="subtle" color="gray" aria-label={t('action.cameras')}>
            <IconVideo size={18} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('action.cameras')}>
        <CameraPicker multiple value={[...value]} maxValues={MOST_CAMERAS} label={t('camerasLabel')} onChange={onChange} />
      </Popover.Dropdown>
    </Popover>
  );
}

function Action(props: { label: string; onClick: () => void; children: React.ReactNode }) {
  return (
    <Tooltip label={props.label} openDelay={400}>
      <ActionIcon size={34} variant="subtle" color="gray" aria-label={props.label} onClick={props.onClick}>
        {props.children}
      </ActionIcon>
    </Tooltip>
  );
}

async function share(link: string, t: (key: string) => string): Promise<void> {
  try {
    await navigator.clipboard.writeText(link);
    notifications.show({ message: t('shared') });
  } catch {
    // No clipboard without a secure context: the address is in the bar all the same.
    notifications.show({ title: t('sharedByHand'), message: link, autoClose: 20_000 });
  }
}

/** Once what is recorded is known, comes nearer to it if it began only now: it would be a sliver that nobody can hit. */
function useCloseUp(
  asked: boolean,
  footage: readonly { spans: readonly Range[]; loading: boolean }[],
  zoomMs: number,
  comeNearer: (oldest: number, zoomMs: number) => void,
) {
  const done = useRef(asked);
  const latest = useRef(comeNearer);
  useEffect(() => {
    latest.current = comeNearer;
  });
  useEffect(() => {
    if (done.current || footage.some(({ loading }) => loading)) return;
    done.current = true;
    const oldest = Math.min(...footage.flatMap(({ spans }) => spans.map(({ from }) => from)));
    const age = Date.now() - oldest;
    // Now is in the middle: all of it, and some more, is to the left.
    if (age < zoomMs * LEAST_SHARE) latest.current(oldest, Math.max(CLOSEST_MS, 2.5 * age));
  }, [footage, zoomMs]);
}

/**
 * Keeps the page's address true: rewritten while time passes, a new entry where somebody went elsewhere,
 * so that Back returns there.
 */
function useAddress(
  session: PlaybackSession,
  ids: readonly string[],
  range: Range,
  arrive: (place: { at: number; zoomMs: number }) => void,
) {
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const written = useRef<string>(undefined);
  const latest = useRef({ ids, range, arrive });
  useEffect(() => {
    latest.current = { ids, range, arrive };
  });

  const [address] = useState(() => {
    const current = (cameras: readonly string[] = latest.current.ids) =>
      addressOf(writePlace({ cameras, at: Math.round(session.time), zoomMs: length(latest.current.range) }));
    const go = (text: string, replace: boolean) => {
      if (text !== written.current) {
        written.current = text;
        void navigate(`?${text}`, { replace, preventScrollReset: true });
      }
    };
    let visitedAt = 0;
    return {
      keep: () => {
        go(current(), true);
      },
      visit: () => {
        // Somebody who looks for something clicks often; Back goes to before that.
        const now = Date.now();
        go(current(), now - visitedAt < 4000);
        visitedAt = now;
      },
      choose: (cameras: readonly string[]) => {
        go(current(cameras), false);
      },
      link: () => `${window.location.origin}${window.location.pathname}?${current()}`,
    };
  });

  useEffect(() => {
    const timer = setInterval(address.keep, WRITTEN_EVERY_MS);
    return () => {
      clearInterval(timer);
    };
  }, [address]);

  // Back, forward, or a link to another time on this page.
  const text = addressOf(search);
  useEffect(() => {
    if (written.current !== undefined && text !== written.current) {
      written.current = text;
      const { at, zoomMs } = readPlace(new URLSearchParams(text));
      if (at !== undefined) {
        latest.current.arrive({ at, zoomMs });
      }
    }
  }, [text]);

  return address;
}
