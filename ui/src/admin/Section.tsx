import { Title } from '@mantine/core';
import { useId, type ReactNode } from 'react';
import classes from './Section.module.css';

interface SectionProps {
  title: string;
  description?: ReactNode;
  /** At the right end of the heading. */
  actions?: ReactNode;
  /** No padding round the content, for tables. */
  flush?: boolean;
  tone?: 'danger';
  children: ReactNode;
}

/** A part of a page with a heading of its own. */
export function Section({ title, description, actions, flush = false, tone, children }: SectionProps) {
  const id = useId();
  return (
    <section className={classes.section} aria-labelledby={id} data-tone={tone}>
      <header className={classes.head}>
        <div className={classes.words}>
          <Title order={2} id={id} className={classes.title}>
            {title}
          </Title>
          {description && <p className={classes.description}>{description}</p>}
        </div>
        {actions && <div className={classes.actions}>{actions}</div>}
      </header>
      <div className={flush ? classes.flush : classes.body}>{children}</div>
    </section>
  );
}
