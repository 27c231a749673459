import { Kbd, Modal, Switch } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { usePreferences, useSavePreferences } from '../api/queries';
import { type Shortcut, useShortcut, useShortcutList } from './shortcuts';
import classes from './ShortcutSheet.module.css';

export function useShortcutSheet() {
  const { t } = useTranslation('app');
  const [opened, { open, close, toggle }] = useDisclosure(false);
  useShortcut('?', t('shortcuts.this'), toggle, { group: t('shortcuts.navigation') });
  return { opened, open, close };
}

/** What can be pressed on this page, and the switch that stops single keys. */
export function ShortcutSheet({ opened, close }: { opened: boolean; close: () => void }) {
  const { t } = useTranslation('app');
  return (
    <Modal opened={opened} onClose={close} title={t('shortcuts.title')} size="lg" closeButtonProps={{ 'aria-label': t('common:close') }}>
      <Sheet />
    </Modal>
  );
}

function Sheet() {
  const { t } = useTranslation('app');
  const shortcuts = useShortcutList();
  const off = usePreferences().shortcutsOff === true;
  const save = useSavePreferences();
  const groups = new Map<string, Shortcut[]>();
  for (const shortcut of [...shortcuts].reverse()) {
    const group = shortcut.group ?? t('shortcuts.page');
    const list = groups.get(group) ?? [];
    if (!list.some((it) => it.keys === shortcut.keys)) groups.set(group, [...list, shortcut]);
  }
  return (
    <>
      <Switch
        checked={!off}
        onChange={(event) => save.mutate({ shortcutsOff: !event.currentTarget.checked })}
        label={t('shortcuts.on')}
        description={t('shortcuts.onText')}
      />
      <div className={classes.groups} data-off={off || undefined}>
        {[...groups].map(([group, list]) => (
          <section key={group}>
            <h3 className={classes.group}>{group}</h3>
            <dl className={classes.list}>
              {list.map((it) => (
                <Fragment key={it.keys}>
                  <dt className={classes.keys}>
                    <Keys keys={it.keys} />
                  </dt>
                  <dd className={classes.does}>{it.description}</dd>
                </Fragment>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </>
  );
}

const signs: Record<string, string> = {
  arrowleft: '←',
  arrowright: '→',
  arrowup: '↑',
  arrowdown: '↓',
  shift: '⇧',
  enter: '↵',
  escape: 'Esc',
};

function Keys({ keys }: { keys: string }) {
  const { t } = useTranslation('app');
  const apple = /Mac|iPhone|iPad/.test(navigator.platform);
  const name = (key: string) => {
    if (key === 'mod') return apple ? '⌘' : t('key.ctrl');
    if (key === 'alt') return apple ? '⌥' : t('key.alt');
    if (key === 'space') return t('key.space');
    return signs[key] ?? (key.length === 1 ? key.toUpperCase() : key[0]?.toUpperCase() + key.slice(1));
  };
  return (
    <>
      {keys.split(' ').map((stroke, at) => (
        <span key={`${stroke}${String(at)}`} className={classes.stroke}>
          {(stroke === '+' ? ['+'] : stroke.split('+')).map((key) => (
            <Kbd key={key}>{name(key)}</Kbd>
          ))}
        </span>
      ))}
    </>
  );
}
