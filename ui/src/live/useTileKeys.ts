import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { useShortcut } from '../common';
import { type LivePlayerHandle, toggleFullScreen } from './LivePlayer';
import { type Direction, neighbour, ONE, type Place, place } from './packing';
import type { Kiosk } from './useKiosk';

interface TileKeys {
  ids: readonly string[];
  places: readonly Place[];
  enlarged: string | undefined;
  focused: string | undefined;
  enabled: boolean;
  onEnlarge: (id: string | undefined) => void;
  player: (id: string) => LivePlayerHandle | undefined;
  wall: RefObject<HTMLElement | null>;
  kiosk: Kiosk;
}

/** The wall by keyboard: arrows go about, Enter enlarges, Escape goes back. */
export function useTileKeys({ ids, places, enlarged, focused, enabled, onEnlarge, player, wall, kiosk }: TileKeys) {
  const { t } = useTranslation('live');
  const group = t('keys.group');
  const here = enlarged ?? (focused !== undefined && ids.includes(focused) ? focused : ids[0]);
  const current = here === undefined ? undefined : player(here);

  const go = (direction: Direction) => {
    const index = here === undefined ? -1 : ids.indexOf(here);
    // With none in focus yet, the first stroke goes to the first.
    const unfocused = enlarged === undefined && focused === undefined;
    const lie = enlarged === undefined ? places : place(ids.map(() => ONE), 1);
    const next = ids[unfocused ? 0 : neighbour(lie, index, direction)];
    if (next === undefined) return;
    if (enlarged !== undefined) onEnlarge(next);
    else wall.current?.querySelector<HTMLElement>(`[data-tile="${CSS.escape(next)}"]`)?.focus();
  };
  useShortcut('arrowleft', t('keys.previous'), () => go('left'), { group, enabled });
  useShortcut('arrowright', t('keys.next'), () => go('right'), { group, enabled });
  useShortcut('arrowup', t('keys.up'), () => go('up'), { group, enabled });
  useShortcut('arrowdown', t('keys.down'), () => go('down'), { group, enabled });
  useShortcut('enter', t('keys.enlarge'), () => onEnlarge(enlarged === undefined ? here : undefined), { group, enabled });
  useShortcut(
    'escape',
    t('keys.back'),
    () => {
      if (enlarged !== undefined) onEnlarge(undefined);
      else kiosk.leave();
    },
    { group, enabled: enabled && (enlarged !== undefined || kiosk.on) },
  );
  useShortcut('f', t('keys.fullScreen'), () => toggleFullScreen(enlarged === undefined ? wall.current : (current?.root ?? null)), { group, enabled });
  useShortcut('m', t('keys.mute'), () => current?.toggleMuted(), { group, enabled });
  useShortcut('s', t('keys.snapshot'), () => void current?.saveSnapshot(), { group, enabled });
  useShortcut('k', t('keys.kiosk'), () => (kiosk.on ? kiosk.leave() : kiosk.enter()), { group, enabled });
  useDigits(ids, enabled, onEnlarge);
}

function useDigits(ids: readonly string[], enabled: boolean, onEnlarge: (id: string) => void) {
  const { t } = useTranslation('live');
  const group = t('keys.group');
  const press = (n: number) => {
    const id = ids[n - 1];
    if (id !== undefined) onEnlarge(id);
  };
  const has = (n: number) => enabled && ids.length >= n;
  useShortcut('1', t('keys.selectOne', { n: 1 }), () => press(1), { group, enabled: has(1) });
  useShortcut('2', t('keys.selectOne', { n: 2 }), () => press(2), { group, enabled: has(2) });
  useShortcut('3', t('keys.selectOne', { n: 3 }), () => press(3), { group, enabled: has(3) });
  useShortcut('4', t('keys.selectOne', { n: 4 }), () => press(4), { group, enabled: has(4) });
  useShortcut('5', t('keys.selectOne', { n: 5 }), () => press(5), { group, enabled: has(5) });
  useShortcut('6', t('keys.selectOne', { n: 6 }), () => press(6), { group, enabled: has(6) });
  useShortcut('7', t('keys.selectOne', { n: 7 }), () => press(7), { group, enabled: has(7) });
  useShortcut('8', t('keys.selectOne', { n: 8 }), () => press(8), { group, enabled: has(8) });
  useShortcut('9', t('keys.selectOne', { n: 9 }), () => press(9), { group, enabled: has(9) });
}
