import '@mantine/dates/styles.css';
import 'dayjs/locale/de';

import { Button, Group, Popover, Stack, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { DatePicker, TimeInput } from '@mantine/dates';
import { IconCalendar, IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useFormat } from '../common';
import { useRecordedDays, useSessionTime } from './hooks';
import type { PlaybackSession } from './session';
import classes from './Playback.module.css';

interface GoToProps {
  session: PlaybackSession;
  cameras: readonly string[];
  opened: boolean;
  onOpened: (opened: boolean) => void;
  onGo: (time: number) => void;
}

/** What time it is in the pictures, and a calendar to go to another. */
export function GoTo({ session, cameras, opened, onOpened, onGo }: GoToProps) {
  const { t } = useTranslation('playback');
  return (
    <Popover opened={opened} onChange={onOpened} position="top-start" shadow="md" trapFocus withinPortal>
      <Popover.Target>
        <UnstyledButton
          className={classes.clock}
          onClick={() => {
            onOpened(!opened);
          }}
        >
          <VisuallyHidden>{t('goTo.open')}</VisuallyHidden>
          <ClockFace session={session} />
          <IconChevronDown size={14} aria-hidden />
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('goTo.title')}>
        {opened ? (
          <Calendar
            at={session.time}
            cameras={cameras}
            onGo={(time) => {
              onOpened(false);
              onGo(time);
            }}
          />
        ) : null}
      </Popover.Dropdown>
    </Popover>
  );
}

function ClockFace({ session }: { session: PlaybackSession }) {
  const format = useFormat();
  const time = useSessionTime(session, 250);
  return (
    <>
      <IconCalendar size={18} aria-hidden />
      <span className={classes.clockText}>
        <span className={classes.clockTime}>{format.time(time, 'seconds')}</span>
        <span className={classes.clockDate}>{format.time(time, 'date')}</span>
      </span>
    </>
  );
}

function Calendar({ at, cameras, onGo }: { at: number; cameras: readonly string[]; onGo: (time: number) => void }) {
  const { t, i18n } = useTranslation('playback');
  const [day, setDay] = useState(() => localDay(at));
  const [time, setTime] = useState(() => localClock(at));
  const [month, setMonth] = useState(() => localDay(at).slice(0, 7));
  const [today] = useState(() => localDay(Date.now()));
  const recorded = useRecordedDays(cameras, month, true);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const target = new Date(`${day}T${time || '00:00'}`).getTime();
        if (!Number.isNaN(target)) {
          onGo(target);
        }
      }}
    >
      <Stack gap="xs">
        <DatePicker
          classNames={{ day: classes.date }}
          value={day}
          onChange={(next) => {
            if (next) {
              setDay(next);
            }
          }}
          defaultDate={day}
          maxDate={today}
          locale={i18n.language}
          firstDayOfWeek={1}
          weekendDays={[]}
          onDateChange={(next) => {
            setMonth(next.slice(0, 7));
          }}
          getDayProps={(it) => (recorded.has(it) ? { 'aria-label': t('goTo.recordedDay', { day: it }) } : {})}
          ariaLabels={{ previousMonth: t('goTo.previousMonth'), nextMonth: t('goTo.nextMonth') }}
          renderDay={(it) => (
            <span className={classes.day} data-recorded={recorded.has(it) || undefined}>
              {Number(it.slice(8))}
            </span>
          )}
        />
        <Text size="xs" c="dimmed" className={classes.dayLegend}>
          {t('goTo.legend')}
        </Text>
        <Group gap="xs" align="end" wrap="nowrap">
          <TimeInput
            className={classes.grow}
            label={t('goTo.time')}
            withSeconds
            value={time}
            onChange={(event) => {
              setTime(event.currentTarget.value);
            }}
          />
          <Button type="submit">{t('goTo.go')}</Button>
        </Group>
      </Stack>
    </form>
  );
}

const two = (value: number) => String(value).padStart(2, '0');

export function localDay(time: number): string {
  const date = new Date(time);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

export function localClock(time: number): string {
  const date = new Date(time);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
}
