import { useTranslation } from 'react-i18next';

import { useShortcut } from '../common';
import { savePicture } from './picture';
import type { PlaybackSession } from './session';
import { nextSpeed } from './sync';

interface Deeds {
  chooseTime: () => void;
  /** Undefined: a selection is of no use. */
  mark: ((end: 'from' | 'to') => void) | undefined;
  unmark: (() => void) | undefined;
  zoom: (factor: number) => void;
  enlarge: () => void;
  /** Goes to the next thing that happened, or the one before. */
  event: (by: 1 | -1) => void;
  export: (() => void) | undefined;
  nameOf: (camera: string) => string;
}

const nothing = () => undefined;

/** All that can be done without a mouse, with the keys that editors have used for decades. */
export function usePlaybackShortcuts(session: PlaybackSession, ids: readonly string[], deeds: Deeds): void {
  const { t } = useTranslation('playback');
  const faster = (by: 1 | -1) => {
    session.setRate(nextSpeed(session.view().rate, by));
  };
  useShortcut('space', t('key.playPause'), () => {
    session.toggle();
  });
  useShortcut('k', t('key.playPause'), () => {
    session.toggle();
  });
  useShortcut('j', t('key.reverse'), () => {
    session.shuttle(-1);
  });
  useShortcut('l', t('key.forward'), () => {
    session.shuttle(1);
  });
  useShortcut(',', t('key.frameBack'), () => void session.step(-1));
  useShortcut('.', t('key.frameOn'), () => void session.step(1));
  useShortcut('arrowleft', t('key.back10'), () => {
    session.seek(session.time - 10_000);
  });
  useShortcut('arrowright', t('key.on10'), () => {
    session.seek(session.time + 10_000);
  });
  useShortcut('p', t('key.previous'), () => {
    session.skip(-1);
  });
  useShortcut('n', t('key.next'), () => {
    session.skip(1);
  });
  useShortcut('shift+n', t('key.nextEvent'), () => {
    deeds.event(1);
  });
  useShortcut('shift+p', t('key.previousEvent'), () => {
    deeds.event(-1);
  });
  useShortcut('<', t('key.slower'), () => {
    faster(-1);
  });
  useShortcut('>', t('key.faster'), () => {
    faster(1);
  });
  const marking = { enabled: deeds.mark !== undefined };
  useShortcut('[', t('key.markFrom'), () => deeds.mark?.('from'), marking);
  useShortcut(']', t('key.markTo'), () => deeds.mark?.('to'), marking);
  useShortcut('escape', t('key.unmark'), deeds.unmark ?? nothing, { enabled: deeds.unmark !== undefined });
  useShortcut('e', t('key.export'), deeds.export ?? nothing, { enabled: deeds.export !== undefined });
  useShortcut('+', t('key.zoomIn'), () => {
    deeds.zoom(0.5);
  });
  useShortcut('-', t('key.zoomOut'), () => {
    deeds.zoom(2);
  });
  useShortcut('t', t('key.goTo'), deeds.chooseTime);
  useShortcut('f', t('key.enlarge'), deeds.enlarge, { enabled: ids.length > 1 });
  useShortcut('m', t('key.mute'), () => {
    const { heard, focus } = session.view();
    session.hear(heard === undefined ? focus : undefined);
  });
  useShortcut('s', t('key.snapshot'), () => {
    const { focus } = session.view();
    const video = focus === undefined ? undefined : session.video(focus);
    if (focus !== undefined && video) {
      void savePicture(video, deeds.nameOf(focus), session.shownAt(focus) ?? session.time);
    }
  });
}
