import { Anchor, Kbd, Radio, SegmentedControl, Select, Stack, Switch, Text, useMantineColorScheme } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Section } from '../admin/Section';
import { useNotice } from '../admin/useNotice';
import { ApiProblem, usePreferences, useSavePreferences, type Preferences } from '../api';
import { Page } from '../common';
import { NOTICES, noticesOf } from '../events/news';
import { isLanguage, languages, speak } from '../i18n';

/** Languages by their own names, so that everybody finds theirs. */
const NAMES = { en: 'English', de: 'Deutsch' } as const;

const THEMES = ['auto', 'dark', 'light'] as const;

export default function SettingsPage() {
  const { t, i18n } = useTranslation('settings');
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const preferences = usePreferences();
  const saving = useSavePreferences();
  const notice = useNotice();

  const save = (change: Preferences) =>
    saving.mutate(change, {
      onError: (problem) => {
        // A server that keeps no preferences leaves them to this browser, which has them already.
        if (!(problem instanceof ApiProblem && problem.status === 404)) {
          notice.failed(problem);
        }
      },
    });

  return (
    <Page title={t('title')} description={t('description')}>
      <Stack gap="lg" maw="46rem">
        <Section title={t('appearance.title')}>
          <Stack gap="lg">
            <Stack gap={6}>
              <Text size="sm" fw={500} id="theme">
                {t('appearance.theme')}
              </Text>
              <SegmentedControl
                aria-labelledby="theme"
                value={preferences.theme ?? colorScheme}
                onChange={(value) => {
                  const theme = THEMES.find((one) => one === value) ?? 'auto';
                  setColorScheme(theme);
                  save({ theme });
                }}
                data={THEMES.map((value) => ({ value, label: t(`appearance.themes.${value}`) }))}
                w="fit-content"
              />
            </Stack>
            <Select
              label={t('appearance.language')}
              value={i18n.language}
              onChange={(value) => {
                if (isLanguage(value)) {
                  void speak(value);
                  save({ language: value });
                }
              }}
              allowDeselect={false}
              data={languages.map((value) => ({ value, label: NAMES[value] }))}
              maw="16rem"
            />
          </Stack>
        </Section>
        <Section title={t('notices.title')}>
          <Radio.Group
            label={t('notices.label')}
            description={t('notices.hint')}
            value={noticesOf(preferences)}
            onChange={(eventNotices) => save({ eventNotices })}
          >
            <Stack gap="xs" mt="sm">
              {NOTICES.map((one) => (
                <Radio key={one} value={one} label={t(`notices.${one}`)} />
              ))}
            </Stack>
          </Radio.Group>
        </Section>
        <Section title={t('keys.title')}>
          <Stack gap="md">
            <Switch
              label={t('keys.single')}
              description={t('keys.singleHint')}
              checked={preferences.shortcutsOff !== true}
              onChange={(event) => save({ shortcutsOff: !event.currentTarget.checked })}
            />
            <Text size="sm" c="dimmed">
              {t('keys.sheetBefore')} <Kbd>?</Kbd> {t('keys.sheetAfter')}
            </Text>
          </Stack>
        </Section>
        <Section title={t('account.title')}>
          <Anchor component={Link} to="/profile" size="sm">
            {t('account.link')}
          </Anchor>
        </Section>
      </Stack>
    </Page>
  );
}
