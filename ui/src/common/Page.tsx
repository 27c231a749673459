import { Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './Page.module.css';

/** The document's title while the component is there. */
export function useDocumentTitle(title: string) {
  useEffect(() => {
    document.title = title === '' ? 'Vigil' : `${title} · Vigil`;
  }, [title]);
}

export interface PageProps {
  title: string;
  /** Under the title, in a lighter voice. */
  description?: ReactNode;
  /** Buttons at the right end of the head. */
  actions?: ReactNode;
  /** No margins and no limit to the width, for pictures; the title is then only read out unless there are actions. */
  bleed?: boolean;
  children: ReactNode;
}

/** What every page is in: title, actions, content. */
export function Page({ title, description, actions, bleed = false, children }: PageProps) {
  useDocumentTitle(title);
  return (
    <div className={bleed ? classes.bleed : classes.page}>
      <header className={bleed && !actions ? classes.unseen : classes.head}>
        <div className={classes.words}>
          <Title order={1} className={classes.title}>
            {title}
          </Title>
          {description && <p className={classes.description}>{description}</p>}
        </div>
        {actions && <div className={classes.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** Full height, for what is being fetched. */
export function PageLoading() {
  const { t } = useTranslation();
  return (
    <div className={classes.loading} role="status">
      <span className={classes.bar} aria-hidden />
      <span className={classes.unseen}>{t('loading')}</span>
    </div>
  );
}
