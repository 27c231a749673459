import { IconArrowLeft, IconArrowRight, IconGripVertical, IconMinus, IconPlus, IconX } from '@tabler/icons-react';
import { type DragEvent, type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Draft } from './LivePage';
import type { Span } from './packing';
import { IconButton } from './PlayerBar';
import { moveTo, spanOf, tileOf } from './selection';
import classes from './LivePage.module.css';

interface ArrangeTileProps {
  draft: Draft;
  index: number;
  name: string;
  /** From one cell of the grid to the next, in pixels. */
  cell: { readonly width: number; readonly height: number };
  onChange: (draft: Draft) => void;
}

const KIND = 'application/x-vigil-tile';
/** What a view may ask for; more makes no wall better. */
const LARGEST = 6;

/** Lies over a picture while a view is arranged: drag it or its corner, or use the buttons. */
export function ArrangeTile({ draft, index, name, cell, onChange }: ArrangeTileProps) {
  const { t } = useTranslation('live');
  const [over, setOver] = useState(false);
  const tile = draft.tiles[index] ?? { camera: '' };
  const span = spanOf(tile);
  const count = draft.tiles.length;
  const widest = draft.columns > 0 ? Math.min(LARGEST, draft.columns) : LARGEST;
  const move = (from: number, to: number) => onChange({ ...draft, tiles: moveTo(draft.tiles, from, to) });
  const change = (stream: 'main' | 'sub' | undefined, size: Span) =>
    onChange({ ...draft, tiles: draft.tiles.map((it, i) => (i === index ? tileOf(it.camera, stream, size) : it)) });
  const resize = (columns: number, rows: number) => {
    const next = { columns: clamped(columns, widest), rows: clamped(rows, LARGEST) };
    if (next.columns !== span.columns || next.rows !== span.rows) change(tile.stream ?? undefined, next);
  };
  const drop = (event: DragEvent) => {
    setOver(false);
    const from = Number(event.dataTransfer.getData(KIND));
    if (event.dataTransfer.types.includes(KIND) && from !== index) {
      event.preventDefault();
      move(from, index);
    }
  };
  return (
    <div
      className={classes.handle}
      data-over={over || undefined}
      draggable
      onDragStart={(event) => {
        event.dataTransfer.setData(KIND, String(index));
        event.dataTransfer.effectAllowed = 'move';
      }}
      onDragOver={(event) => {
        if (event.dataTransfer.types.includes(KIND)) {
          event.preventDefault();
          setOver(true);
        }
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <IconGripVertical className={classes.grip} size={28} stroke={1.5} aria-hidden />
      <span className={classes.handleName}>{name}</span>
      <div className={classes.handleButtons}>
        <IconButton label={t('views.earlier', { name })} disabled={index === 0} onClick={() => move(index, index - 1)}>
          <IconArrowLeft size={18} />
        </IconButton>
        <IconButton label={t('views.later', { name })} disabled={index === count - 1} onClick={() => move(index, index + 1)}>
          <IconArrowRight size={18} />
        </IconButton>
        <IconButton
          label={t('views.smaller', { name })}
          disabled={span.columns === 1 && span.rows === 1}
          onClick={() => resize(span.columns - 1, span.rows - 1)}
        >
          <IconMinus size={18} />
        </IconButton>
        <IconButton
          label={t('views.larger', { name })}
          disabled={span.columns === widest && span.rows === LARGEST}
          onClick={() => resize(span.columns + 1, span.rows + 1)}
        >
          <IconPlus size={18} />
        </IconButton>
        <select
          className={classes.handleSelect}
          aria-label={t('views.stream', { name })}
          value={tile.stream ?? ''}
          onChange={({ currentTarget: { value } }) => change(value === 'main' || value === 'sub' ? value : undefined, span)}
        >
          <option value="">{t('views.streamDefault')}</option>
          <option value="main">{t('views.streamMain')}</option>
          <option value="sub">{t('views.streamSub')}</option>
        </select>
        <IconButton label={t('views.remove', { name })} onClick={() => onChange({ ...draft, tiles: draft.tiles.filter((_, i) => i !== index) })}>
          <IconX size={18} />
        </IconButton>
      </div>
      <Corner label={t('views.size', { name, ...span })} span={span} cell={cell} onResize={resize} />
      <span className={classes.unseen} role="status">
        {t('views.movedTo', { name, place: index + 1, count, ...span })}
      </span>
    </div>
  );
}

function clamped(size: number, most: number): number {
  return Math.max(1, Math.min(most, size));
}

interface CornerProps {
  label: string;
  span: Span;
  cell: ArrangeTileProps['cell'];
  onResize: (columns: number, rows: number) => void;
}

const STEPS: Record<string, [number, number]> = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowDown: [0, 1],
  ArrowUp: [0, -1],
};

/** Dragged, or moved by the arrow keys, it makes the tile wider and higher by whole cells. */
function Corner({ label, span, cell, onResize }: CornerProps) {
  // Cells change their size as tiles do: a drag goes by what they were when it began.
  const begun = useRef<{ x: number; y: number; span: Span; cell: CornerProps['cell'] }>(undefined);
  const press = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    onResize(span.columns + step[0], span.rows + step[1]);
  };
  const drag = ({ clientX, clientY }: PointerEvent) => {
    const from = begun.current;
    if (from === undefined) return;
    onResize(
      from.span.columns + Math.round((clientX - from.x) / from.cell.width),
      from.span.rows + Math.round((clientY - from.y) / from.cell.height),
    );
  };
  return (
    <button
      type="button"
      className={classes.corner}
      aria-label={label}
      title={label}
      // The tile around it can be dragged to another place; its corner cannot.
      draggable
      onDragStart={(event) => {
        event.preventDefault();
        event.stopPropagation();
      }}
      onKeyDown={press}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        begun.current = { x: event.clientX, y: event.clientY, span, cell };
      }}
      onPointerMove={drag}
      onPointerUp={() => (begun.current = undefined)}
      onPointerCancel={() => (begun.current = undefined)}
    />
  );
}
