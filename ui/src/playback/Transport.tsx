import { ActionIcon, NativeSelect, Tooltip } from '@mantine/core';
import {
  IconArrowBarRight,
  IconCaretLeftFilled,
  IconCaretRightFilled,
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconPlayerSkipBackFilled,
  IconPlayerSkipForwardFilled,
  IconPlayerTrackNextFilled,
  IconPlayerTrackPrevFilled,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { useSessionView } from './hooks';
import type { PlaybackSession } from './session';
import { SPEEDS } from './sync';
import classes from './Playback.module.css';

/** Playing, its direction and speed. */
export function Transport({ session }: { session: PlaybackSession }) {
  const { t, i18n } = useTranslation('playback');
  const { playing, rate, skipsGaps } = useSessionView(session);
  const number = new Intl.NumberFormat(i18n.language);
  const rates = SPEEDS.includes(rate as (typeof SPEEDS)[number]) ? [...SPEEDS] : [rate, ...SPEEDS];
  return (
    <div className={classes.transport} role="group" aria-label={t('transport.label')}>
      <Key label={t('key.previous')} keys="P" onClick={() => { session.skip(-1); }}>
        <IconPlayerSkipBackFilled size={16} />
      </Key>
      <Key label={t('key.reverse')} keys="J" onClick={() => { session.shuttle(-1); }} pressed={playing && rate < 0}>
        <IconPlayerTrackPrevFilled size={16} />
      </Key>
      <Key label={t('key.frameBack')} keys="," onClick={() => void session.step(-1)}>
        <IconCaretLeftFilled size={18} />
      </Key>
      <Tooltip label={`${playing ? t('key.pause') : t('key.play')} (${t('key.space')})`} openDelay={400}>
        <ActionIcon
          size={44}
          radius="xl"
          variant="filled"
          aria-label={playing ? t('key.pause') : t('key.play')}
          onClick={() => { session.toggle(); }}
        >
          {playing ? <IconPlayerPauseFilled size={22} /> : <IconPlayerPlayFilled size={22} />}
        </ActionIcon>
      </Tooltip>
      <Key label={t('key.frameOn')} keys="." onClick={() => void session.step(1)}>
        <IconCaretRightFilled size={18} />
      </Key>
      <Key label={t('key.forward')} keys="L" onClick={() => { session.shuttle(1); }} pressed={playing && rate > 1}>
        <IconPlayerTrackNextFilled size={16} />
      </Key>
      <Key label={t('key.next')} keys="N" onClick={() => { session.skip(1); }}>
        <IconPlayerSkipForwardFilled size={16} />
      </Key>
      <NativeSelect
        className={classes.speed}
        size="xs"
        variant="filled"
        aria-label={t('speed')}
        value={String(rate)}
        data={rates.map((it) => ({
          value: String(it),
          label: `${it < 0 ? '−' : ''}${number.format(Math.abs(it))}×`,
        }))}
        onChange={(event) => {
          session.setRate(Number(event.currentTarget.value));
        }}
      />
      <Key
        label={t('key.skipGaps')}
        onClick={() => { session.skipGaps(!skipsGaps); }}
        pressed={skipsGaps}
      >
        <IconArrowBarRight size={18} />
      </Key>
    </div>
  );
}

export function Key(props: {
  label: string;
  keys?: string;
  onClick: () => void;
  pressed?: boolean;
  disabled?: boolean;
  children: ReactNode;
}) {
  const { label, keys, pressed } = props;
  return (
    <Tooltip label={keys ? `${label} (${keys})` : label} openDelay={400}>
      <ActionIcon
        size={34}
        variant={pressed ? 'light' : 'subtle'}
        color={pressed ? undefined : 'gray'}
        aria-label={label}
        aria-pressed={pressed}
        disabled={props.disabled ?? false}
        onClick={props.onClick}
      >
        {props.children}
      </ActionIcon>
    </Tooltip>
  );
}
