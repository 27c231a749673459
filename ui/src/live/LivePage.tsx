import { Button } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { IconDeviceCctv, IconLayoutGrid, IconPlus } from '@tabler/icons-react';
import { type CSSProperties, type RefObject, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams, useSearchParams } from 'react-router';
import { type Tile, useCamerasQuery, useViews } from '../api';
import { can, useSession } from '../app/session';
import { EmptyState, ErrorState, Page, PageLoading } from '../common';
import { ArrangeBar } from './ArrangeBar';
import { ArrangeTile } from './ArrangeTile';
import { LiveTile } from './LiveTile';
import { type LivePlayerHandle, toggleFullScreen } from './LivePlayer';
import { LiveToolbar } from './LiveToolbar';
import { useOngoing } from './ongoing';
import { commonAspect, ONE, pack, type Place } from './packing';
import { resolve, type Selection, tileOf, tilesOf } from './selection';
import { useKiosk } from './useKiosk';
import { useTileKeys } from './useTileKeys';
import classes from './LivePage.module.css';

const GAP_PX = 4;
const PHONE_PX = 560;

/** A view while it is being arranged, not saved yet. */
export interface Draft {
  readonly id: string | undefined;
  readonly name: string;
  readonly shared: boolean;
  readonly columns: number;
  readonly tiles: readonly Tile[];
}

/** All cameras at once, as large as they can be. */
export default function LivePage() {
  const { t } = useTranslation('live');
  const cameras = useCamerasQuery();
  if (cameras.isPending) return <PageLoading />;
  return (
    <Page title={t('title')} bleed>
      {cameras.isError ? <ErrorState problem={cameras.error} retry={() => void cameras.refetch()} /> : <Wall />}
    </Page>
  );
}

function useSelection(): [Selection, (selection: Selection) => void] {
  const { view } = useParams();
  const [search] = useSearchParams();
  const navigate = useNavigate();
  const group = search.get('group');
  const selection: Selection = view
    ? { kind: 'view', id: view }
    : group !== null
      ? { kind: 'group', label: group }
      : { kind: 'all' };
  const select = (next: Selection) => {
    if (next.kind === 'view') void navigate(`/live/${encodeURIComponent(next.id)}`);
    else if (next.kind === 'group') void navigate(`/live?group=${encodeURIComponent(next.label)}`);
    else void navigate('/live');
  };
  return [selection, select];
}

function selectionOf(kind: Selection['kind'], named: string): Selection {
  return kind === 'view' ? { kind, id: named } : kind === 'group' ? { kind, label: named } : { kind };
}

function Wall() {
  const { t } = useTranslation('live');
  const cameras = useCamerasQuery().data ?? none;
  const viewsQuery = useViews();
  const views = viewsQuery.data ?? none;
  const [selection, select] = useSelection();
  const [draft, setDraft] = useState<Draft>();
  const [enlarged, setEnlarged] = useState<string>();
  const [focused, setFocused] = useState<string>();
  const [aspects, setAspects] = useState<Readonly<Record<string, number>>>({});
  const root = useRef<HTMLDivElement>(null);
  const players = useRef(new Map<string, LivePlayerHandle>());
  const { ref: frame, width, height } = useElementSize();
  const kiosk = useKiosk(root);
  const ongoing = useOngoing();

  const view = selection.kind === 'view' ? views.find((it) => it.id === selection.id) : undefined;
  const { kind } = selection;
  const named = selection.kind === 'view' ? selection.id : selection.kind === 'group' ? selection.label : '';
  const tiles = useMemo(
    () => (draft ? resolve(draft.tiles, cameras) : tilesOf(selectionOf(kind, named), cameras, views)),
    [draft, kind, named, cameras, views],
  );
  const shown = tiles ?? none;
  const large = shown.some((tile) => tile.camera.id === enlarged) ? enlarged : undefined;

  const columns = draft ? draft.columns : (view?.layout.columns ?? 0);
  const aspect = useMemo(() => commonAspect(Object.values(aspects)), [aspects]);
  const phone = width > 0 && width < PHONE_PX;
  const spans = useMemo(() => (phone ? shown.map(() => ONE) : shown), [phone, shown]);
  const packing = useMemo(
    () => pack(spans, { width, height, aspect, gap: GAP_PX }, phone ? 1 : columns),
    [spans, width, height, aspect, phone, columns],
  );
  const mixed = spans.some((it) => it.columns > 1 || it.rows > 1);

  const onAspect = useCallback((id: string, value: number) => {
    setAspects((before) => (before[id] === value ? before : { ...before, [id]: value }));
  }, []);

  const ids = shown.map((tile) => tile.camera.id);
  useTileKeys({
    ids,
    places: packing.places,
    enlarged: large,
    focused,
    enabled: !draft,
    onEnlarge: setEnlarged,
    player: (id) => players.current.get(id),
    wall: root,
    kiosk,
  });
  useFocusBack(root, large);

  if (cameras.length === 0) return <NoCameras />;
  return (
    <div ref={root} className={classes.page} data-kiosk={kiosk.on || undefined} data-still={(kiosk.on && kiosk.still) || undefined}>
      {!kiosk.on &&
        (draft ? (
          <ArrangeBar draft={draft} cameras={cameras} onChange={setDraft} onDone={(id) => {
            setDraft(undefined);
            if (id !== undefined) select(id === null ? { kind: 'all' } : { kind: 'view', id });
          }} />
        ) : (
          <LiveToolbar
            cameras={cameras}
            views={views}
            selection={selection}
            onSelect={(next) => {
              setEnlarged(undefined);
              select(next);
            }}
            onArrange={() => {
              setEnlarged(undefined);
              setDraft({
                id: view?.id,
                name: view?.name ?? '',
                shared: view?.shared ?? false,
                columns,
                tiles: shown.map((tile) => tileOf(tile.camera.id, tile.stream, tile)),
              });
            }}
            onKiosk={kiosk.enter}
            onFullScreen={() => toggleFullScreen(root.current)}
          />
        ))}
      <div ref={frame} className={classes.frame} data-scrolls={(phone || !packing.fits) || undefined}>
        {shown.length === 0 && !draft ? (
          <NothingSelected
            selection={selection}
            missing={tiles === undefined && !viewsQuery.isPending}
            loading={tiles === undefined && viewsQuery.isPending}
            onAll={() => select({ kind: 'all' })}
          />
        ) : (
          <ul
            className={classes.grid}
            aria-label={t('grid')}
            style={{ gridTemplateColumns: `repeat(${packing.columns}, ${packing.tileWidth}px)`, gridAutoRows: packing.tileHeight, gap: GAP_PX }}
          >
            {shown.map(({ camera, stream }, index) => (
              <li
                key={camera.id}
                className={classes.cell}
                data-enlarged={camera.id === large || undefined}
                data-ongoing={ongoing.has(camera.id) || undefined}
                style={styleOf(packing.places[index], mixed ? '0px' : shiftOf(index, shown.length, packing.columns, packing.tileWidth))}
              >
                <LiveTile
                  camera={camera}
                  stream={stream}
                  enlarged={camera.id === large}
                  active={large === undefined || camera.id === large}
                  ongoing={ongoing.get(camera.id)}
                  onEnlarge={setEnlarged}
                  onFocus={setFocused}
                  onAspect={onAspect}
                  player={(handle) => {
                    if (handle) players.current.set(camera.id, handle);
                    else players.current.delete(camera.id);
                  }}
                />
                {draft && (
                  <ArrangeTile
                    draft={draft}
                    index={index}
                    name={camera.name}
                    cell={{ width: packing.tileWidth + GAP_PX, height: packing.tileHeight + GAP_PX }}
                    onChange={setDraft}
                  />
                )}
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}

const none: never[] = [];

function styleOf(place: Place | undefined, shift: string): CSSProperties {
  const { column, row, columns, rows } = place ?? { column: 0, row: 0, ...ONE };
  return { gridArea: `${row + 1} / ${column + 1} / span ${rows} / span ${columns}`, '--shift': shift } as CSSProperties;
}

/** A last row that is not full stands in the middle. */
function shiftOf(index: number, count: number, columns: number, tileWidth: number): string {
  const rest = count % columns;
  return rest === 0 || index < count - rest ? '0px' : `${((columns - rest) * (tileWidth + GAP_PX)) / 2}px`;
}

/** After a picture became small again, the keyboard is where it was. */
function useFocusBack(root: RefObject<HTMLElement | null>, large: string | undefined) {
  const before = useRef<string>(undefined);
  useEffect(() => {
    if (before.current !== undefined && large === undefined) {
      root.current?.querySelector<HTMLElement>(`[data-tile="${CSS.escape(before.current)}"]`)?.focus();
    }
    before.current = large;
  }, [root, large]);
}

function NoCameras() {
  const { t } = useTranslation('live');
  const session = useSession();
  const mayAdd = can(session, 'administer');
  return (
    <EmptyState
      icon={<IconDeviceCctv size={28} />}
      title={t('empty.title')}
      action={
        mayAdd && (
          <Button component={Link} to="/cameras/new" leftSection={<IconPlus size={16} />}>
            {t('empty.add')}
          </Button>
        )
      }
    >
      {mayAdd ? t('empty.text') : t('empty.textViewer')}
    </EmptyState>
  );
}

interface NothingSelectedProps {
  selection: Selection;
  missing: boolean;
  loading: boolean;
  onAll: () => void;
}

function NothingSelected({ selection, missing, loading, onAll }: NothingSelectedProps) {
  const { t } = useTranslation('live');
  if (loading) return <PageLoading />;
  const group = selection.kind === 'group';
  return (
    <EmptyState
      icon={<IconLayoutGrid size={28} />}
      title={group ? t('empty.group') : missing ? t('empty.viewGone') : t('empty.view')}
      action={
        <Button variant="default" onClick={onAll}>
          {t('empty.showAll')}
        </Button>
      }
    >
      {group ? t('empty.groupText') : !missing && t('empty.viewText')}
    </EmptyState>
  );
}
