import { Anchor, Group, Skeleton, Stack, Tabs, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconExternalLink } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { Section } from '../admin/Section';
import { BASE, useSystem, useSystemNow, type SystemState } from '../api';
import { ErrorState, Page, StatusBadge, useFormat, useNow } from '../common';
import type { CameraState } from '../api';
import { said } from '../i18n';
import { AuditView } from './AuditView';
import { Counters } from './Counters';
import { LogView } from './LogView';
import classes from './SystemPage.module.css';
import { Workers } from './Workers';

const TABS = ['overview', 'log', 'audit'] as const;

/** Of a camera that is, or was told to be, as it should. */
const WELL = new Set(['streaming', 'connecting', 'disabled']);

export default function SystemPage() {
  const { t } = useTranslation('system');
  const [search, setSearch] = useSearchParams();
  const system = useSystem();
  const tab = TABS.find((one) => one === search.get('tab')) ?? 'overview';

  return (
    <Page title={t('title')} description={t('description')}>
      <Tabs
        value={tab}
        onChange={(value) => setSearch(value === null || value === 'overview' ? {} : { tab: value }, { replace: true })}
        keepMounted={false}
      >
        <Tabs.List mb="lg">
          {TABS.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {t(`tabs.${one}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="overview">
          <Stack gap="lg">
            {system.isPending ? (
              <Skeleton height={240} radius="lg" />
            ) : system.isError ? (
              <ErrorState problem={system.error} retry={() => void system.refetch()} />
            ) : (
              <Overview system={system.data} />
            )}
            <Counters />
            <Workers />
            <Section title={t('more.title')}>
              <Stack gap="xs">
                <Anchor href={`${BASE}/openapi.json`} target="_blank" size="sm" className={classes.link}>
                  {t('more.openapi')} <IconExternalLink size={14} aria-hidden />
                </Anchor>
                <Anchor href="/metrics" target="_blank" size="sm" className={classes.link}>
                  {t('more.metrics')} <IconExternalLink size={14} aria-hidden />
                </Anchor>
                <Text size="xs" c="dimmed">
                  {t('more.metricsHint')}
                </Text>
              </Stack>
            </Section>
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="log">
          <LogView />
        </Tabs.Panel>
        <Tabs.Panel value="audit">
          <AuditView />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function Overview({ system }: { system: SystemState }) {
  const { t } = useTranslation('system');
  const format = useFormat();
  const now = useNow(10_000);
  const degraded = useSystemNow()?.degraded ?? system.degraded;
  const states = Object.entries(system.cameras as Record<string, number>).filter(([, count]) => count > 0);
  const away = states.filter(([state]) => !WELL.has(state)).reduce((sum, [, count]) => sum + count, 0);
  const well = degraded.length === 0 && away === 0;
  return (
    <>
      <section className={classes.health} data-well={well} role="status">
        {well ? <IconCircleCheck size={28} aria-hidden /> : <IconAlertTriangle size={28} aria-hidden />}
        <div>
          <Text fw={600}>{well ? t('health.well') : t('health.degraded', { count: degraded.length + away })}</Text>
          {well ? (
            <Text size="sm" c="dimmed">
              {t('health.wellText')}
            </Text>
          ) : (
            <ul className={classes.causes}>
              {away > 0 && (
                <li>
                  <Anchor component={Link} to="/cameras" c="inherit" inherit underline="always">
                    {t('health.away', { count: away })}
                  </Anchor>
                </li>
              )}
              {degraded.map(({ check, cause }) => (
                <li key={`${check} ${cause}`}>
                  <strong>{t(`health.checks.${check}`, { defaultValue: check })}</strong>
                  {': '}
                  {said(cause)}
                </li>
              ))}
            </ul>
          )}
        </div>
      </section>
      <Section title={t('facts.title')}>
        <dl className={classes.facts}>
          <Fact name={t('facts.version')}>{system.version}</Fact>
          <Fact name={t('facts.node')}>{system.node}</Fact>
          <Fact name={t('facts.uptime')}>
            <span title={format.time(system.startedAt, 'full')}>
              {format.duration((now - new Date(system.startedAt).getTime()) / 1000)}
            </span>
          </Fact>
          <Fact name={t('facts.streams')}>{system.counts.streams}</Fact>
          <Fact name={t('facts.workers')}>{system.counts.workers}</Fact>
          <Fact name={t('facts.plugins')}>
            <Anchor component={Link} to="/plugins" c="inherit" inherit underline="always">
              {system.counts.plugins}
            </Anchor>
          </Fact>
          <Fact name={t('facts.cameras')} wide={states.length > 1}>
            <Group gap="sm">
              {states.length === 0 && system.counts.cameras}
              {states.map(([state, count]) => (
                <Group key={state} gap={6}>
                  <span>{count}</span>
                  <StatusBadge state={state as CameraState} />
                </Group>
              ))}
            </Group>
          </Fact>
        </dl>
      </Section>
    </>
  );
}

function Fact({ name, wide = false, children }: { name: string; wide?: boolean; children: ReactNode }) {
  return (
    <div className={classes.fact} data-wide={wide || undefined}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
