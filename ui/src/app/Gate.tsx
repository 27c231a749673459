import { Select, Title } from '@mantine/core';
import { IconWorld } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { isLanguage, languages, speak } from '../i18n';
import classes from './Gate.module.css';
import { Logo } from './Logo';

/** The door: what is seen before somebody is signed in. */
export function Gate({ title, description, wide = false, children }: { title: string; description?: ReactNode; wide?: boolean; children: ReactNode }) {
  const { t } = useTranslation('app');
  return (
    <div className={classes.gate}>
      <main className={classes.card} data-wide={wide || undefined}>
        <div className={classes.brand}>
          <Logo size={36} />
          <span className={classes.name}>Vigil</span>
        </div>
        <Title order={1} className={classes.title}>
          {title}
        </Title>
        {description && <p className={classes.description}>{description}</p>}
        <div className={classes.content}>{children}</div>
      </main>
      <footer className={classes.foot}>
        <LanguageSelect label={t('language.label')} />
      </footer>
    </div>
  );
}

function LanguageSelect({ label }: { label: string }) {
  const { t, i18n } = useTranslation('app');
  return (
    <Select
      aria-label={label}
      size="xs"
      variant="unstyled"
      leftSection={<IconWorld size={16} />}
      w={130}
      allowDeselect={false}
      data={languages.map((it) => ({ value: it, label: t(`language.${it}`) }))}
      value={i18n.language}
      onChange={(value) => {
        if (isLanguage(value)) void speak(value);
      }}
    />
  );
}
