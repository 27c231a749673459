import { IconArrowLeft, IconArrowRight, IconGripVertical, IconX } from '@tabler/icons-react';
import { type DragEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Tile } from '../api';
import type { Draft } from './LivePage';
import { IconButton } from './PlayerBar';
import { moveTo } from './selection';
import classes from './LivePage.module.css';

interface ArrangeTileProps {
  draft: Draft;
  index: number;
  name: string;
  onChange: (draft: Draft) => void;
}

const KIND = 'application/x-vigil-tile';

/** Lies over a picture while a view is arranged: drag it, or use the buttons. */
export function ArrangeTile({ draft, index, name, onChange }: ArrangeTileProps) {
  const { t } = useTranslation('live');
  const [over, setOver] = useState(false);
  const tile = draft.tiles[index];
  const count = draft.tiles.length;
  const move = (from: number, to: number) => onChange({ ...draft, tiles: moveTo(draft.tiles, from, to) });
  const setStream = (value: string) => {
    const next: Tile = { camera: tile?.camera ?? '', ...(value === '' ? {} : { stream: value as 'main' | 'sub' }) };
    onChange({ ...draft, tiles: draft.tiles.map((it, i) => (i === index ? next : it)) });
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
      <IconGripVertical size={28} stroke={1.5} aria-hidden />
      <span className={classes.handleName}>{name}</span>
      <div className={classes.handleButtons}>
        <IconButton label={t('views.earlier', { name })} disabled={index === 0} onClick={() => move(index, index - 1)}>
          <IconArrowLeft size={18} />
        </IconButton>
        <IconButton label={t('views.later', { name })} disabled={index === count - 1} onClick={() => move(index, index + 1)}>
          <IconArrowRight size={18} />
        </IconButton>
        <select
          className={classes.handleSelect}
          aria-label={t('views.stream', { name })}
          value={tile?.stream ?? ''}
          onChange={(event) => setStream(event.currentTarget.value)}
        >
          <option value="">{t('views.streamDefault')}</option>
          <option value="main">{t('views.streamMain')}</option>
          <option value="sub">{t('views.streamSub')}</option>
        </select>
        <IconButton label={t('views.remove', { name })} onClick={() => onChange({ ...draft, tiles: draft.tiles.filter((_, i) => i !== index) })}>
          <IconX size={18} />
        </IconButton>
      </div>
      <span className={classes.unseen} role="status">
        {t('views.movedTo', { name, place: index + 1, count })}
      </span>
    </div>
  );
}
