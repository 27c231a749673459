import { ActionIcon, Badge, Button, Checkbox, Group, Menu, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconDotsVertical,
  IconLoader2,
  IconPlayerPlay,
  IconPlayerStop,
  IconPuzzle,
  IconSearch,
  IconTrash,
  IconUpload,
} from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type DragEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../admin/ConfirmDialog';
import { DataTable } from '../admin/DataTable';
import { Section } from '../admin/Section';
import { useNotice } from '../admin/useNotice';
import { api, keys, usePlugins, type Plugin } from '../api';
import { EmptyState, ErrorState, Page, StateBadge, type Tone } from '../common';
import classes from './PluginsPage.module.css';
import { Models } from './Models';
import { UploadDialog } from './UploadDialog';

type Asked = { what: 'stop' | 'remove'; plugin: Plugin };

export default function PluginsPage() {
  const { t } = useTranslation('plugins');
  const client = useQueryClient();
  const notice = useNotice();
  const plugins = usePlugins();
  const [uploading, setUploading] = useState(false);
  const [dropped, setDropped] = useState<File | null>(null);
  const [over, setOver] = useState(false);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [text, setText] = useState('');
  const [all, setAll] = useState(false);

  const known = plugins.data ?? [];
  const matching = known.filter(({ id, name, provides }) =>
    `${id} ${name} ${provides.join(' ')}`.toLowerCase().includes(text.toLowerCase()),
  );
  const added = matching.filter(({ builtIn }) => !builtIn);
  // Most of what is built in provides nothing that a person chooses; it is shown when asked for.
  const builtIn = matching.filter((one) => one.builtIn && (all || text !== '' || one.provides.length > 0 || one.error));

  const refresh = async () => {
    await client.invalidateQueries({ queryKey: keys.plugins });
    await client.invalidateQueries({ queryKey: ['providers'] });
  };
  const start = async (plugin: Plugin) => {
    try {
      await api.post(`/plugins/${plugin.id}/start`);
      notice.done(t('started', { name: plugin.name }));
    } catch (problem) {
      notice.failed(problem, t('notStarted', { name: plugin.name }));
    }
    await refresh();
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file) {
      setDropped(file);
      setUploading(true);
    }
  };
  const uploadButton = (
    <Button
      leftSection={<IconUpload size={16} aria-hidden />}
      onClick={() => {
        setDropped(null);
        setUploading(true);
      }}
    >
      {t('upload.button')}
    </Button>
  );

  return (
    <div
      className={classes.page}
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      <Page title={t('title')} description={t('description')} actions={uploadButton}>
        {plugins.isPending ? (
          <Skeleton height={280} radius="lg" />
        ) : plugins.isError ? (
          <ErrorState problem={plugins.error} retry={() => void plugins.refetch()} />
        ) : (
          <Stack gap="lg">
            <Group gap="md">
              <TextInput
                aria-label={t('search')}
                placeholder={t('search')}
                leftSection={<IconSearch size={16} aria-hidden />}
                value={text}
                onChange={(event) => setText(event.currentTarget.value)}
                className={classes.search}
              />
              <Checkbox
                label={t('showAll')}
                checked={all}
                onChange={(event) => setAll(event.currentTarget.checked)}
              />
            </Group>
            <Section title={t('added')} description={t('addedText')} flush>
              {added.length === 0 ? (
                text === '' ? (
                  <div className={classes.none}>
                    <EmptyState icon={<IconPuzzle size={26} />} title={t('noneAdded')}>
                      {t('noneAddedText')}
                    </EmptyState>
                  </div>
                ) : (
                  <Text size="sm" c="dimmed" px="lg" pb="md">
                    {t('noMatch')}
                  </Text>
                )
              ) : (
                <List label={t('added')} plugins={added} onStart={(plugin) => void start(plugin)} onAsk={setAsked} />
              )}
            </Section>
            <Models />
            <Section title={t('builtIn')} description={t('builtInText')} flush>
              <List label={t('builtIn')} plugins={builtIn} />
            </Section>
          </Stack>
        )}
      </Page>
      <UploadDialog opened={uploading} first={dropped} onClose={() => setUploading(false)} />
      <ConfirmDialog
        opened={asked !== null}
        onClose={() => setAsked(null)}
        title={t(`${asked?.what ?? 'stop'}.title`, { name: asked?.plugin.name ?? '' })}
        action={t(`${asked?.what ?? 'stop'}.action`)}
        run={async () => {
          if (asked?.what === 'stop') {
            await api.post(`/plugins/${asked.plugin.id}/stop`);
          } else if (asked) {
            await api.del(`/plugins/${asked.plugin.id}`);
          }
          await refresh();
          notice.done(t(`${asked?.what ?? 'stop'}.done`, { name: asked?.plugin.name ?? '' }));
        }}
      >
        {t(`${asked?.what ?? 'stop'}.text`)}{' '}
        {(asked?.plugin.provides.length ?? 0) > 0 &&
          t('losing', { provides: asked?.plugin.provides.join(', ') })}
      </ConfirmDialog>
    </div>
  );
}

const LOOKS: Record<string, { tone: Tone; Icon: typeof IconPuzzle }> = {
  active: { tone: 'good', Icon: IconCircleCheck },
  starting: { tone: 'busy', Icon: IconLoader2 },
  stopped: { tone: 'off', Icon: IconPlayerStop },
  resolved: { tone: 'off', Icon: IconPlayerStop },
};

/** One that somebody stopped has no error; one that is on its way has that as its error. */
function failed({ error, state }: Plugin): boolean {
  return error != null && state !== 'starting' && state !== 'stopping';
}

interface ListProps {
  label: string;
  plugins: readonly Plugin[];
  onStart?: (plugin: Plugin) => void;
  onAsk?: (asked: Asked) => void;
}

function List({ label, plugins, onStart, onAsk }: ListProps) {
  const { t } = useTranslation('plugins');
  return (
    <DataTable
      label={label}
      rows={plugins}
      keyOf={({ id }) => id}
      columns={[
        { title: t('plugin'), head: true, cell: (plugin) => <Name plugin={plugin} /> },
        {
          title: t('provides'),
          cell: ({ provides }) => (
            <Group gap={4}>
              {provides.length === 0 ? '–' : provides.map((one) => <Provided key={one} what={one} />)}
            </Group>
          ),
        },
        { title: t('version'), tabular: true, cell: ({ version }) => version },
        { title: t('state'), cell: (plugin) => <State plugin={plugin} /> },
        ...(onAsk
          ? [
              {
                title: t('actions'),
                actions: true,
                cell: (plugin: Plugin) => <Actions plugin={plugin} onAsk={onAsk} onStart={onStart} />,
              },
            ]
          : []),
      ]}
    />
  );
}

function Name({ plugin }: { plugin: Plugin }) {
  const { t } = useTranslation('plugins');
  return (
    <>
      <Text size="sm" fw={600}>
        {plugin.name}
      </Text>
      <Text size="xs" c="dimmed" className={classes.id}>
        {plugin.id}
        {!plugin.builtIn && ` · ${t(`origin.${plugin.installedFrom}`, { defaultValue: t('from', { origin: plugin.installedFrom }) })}`}
      </Text>
      {failed(plugin) && (
        <Text size="xs" className={classes.error}>
          {plugin.error}
        </Text>
      )}
    </>
  );
}

function State({ plugin }: { plugin: Plugin }) {
  const { t } = useTranslation('plugins');
  const { tone, Icon } = failed(plugin)
    ? { tone: 'bad' as const, Icon: IconAlertTriangle }
    : (LOOKS[plugin.state] ?? { tone: 'warn' as const, Icon: IconAlertTriangle });
  return (
    <StateBadge
      tone={tone}
      icon={<Icon size={14} />}
      label={t(`states.${failed(plugin) ? 'error' : plugin.state}`, { defaultValue: plugin.state })}
    />
  );
}

interface ActionsProps {
  plugin: Plugin;
  onAsk: (asked: Asked) => void;
  onStart: ((plugin: Plugin) => void) | undefined;
}

function Actions({ plugin, onAsk, onStart }: ActionsProps) {
  const { t } = useTranslation('plugins');
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('actionsOf', { name: plugin.name })}>
          <IconDotsVertical size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {plugin.state === 'active' ? (
          <Menu.Item
            leftSection={<IconPlayerStop size={16} aria-hidden />}
            onClick={() => onAsk({ what: 'stop', plugin })}
          >
            {t('stop.menu')}
          </Menu.Item>
        ) : (
          <Menu.Item leftSection={<IconPlayerPlay size={16} aria-hidden />} onClick={() => onStart?.(plugin)}>
            {t('start')}
          </Menu.Item>
        )}
        <Menu.Item
          color="red"
          leftSection={<IconTrash size={16} aria-hidden />}
          onClick={() => onAsk({ what: 'remove', plugin })}
        >
          {t('remove.menu')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** `camera-driver:rtsp` as people say it. */
function Provided({ what }: { what: string }) {
  const { t } = useTranslation('plugins');
  const colon = what.indexOf(':');
  const kind = colon < 0 ? what : what.slice(0, colon);
  return (
    <Badge variant="default" className={classes.provided}>
      {t(`kinds.${kind}`, { defaultValue: kind })}
      {colon >= 0 && `: ${what.slice(colon + 1)}`}
    </Badge>
  );
}
