import type { ReactNode } from 'react';
import classes from './Callout.module.css';

interface CalloutProps {
  tone: 'good' | 'warn' | 'bad';
  icon: ReactNode;
  title?: string;
  /** `alert` interrupts who listens to the page, `status` waits. */
  role?: 'alert' | 'status';
  children?: ReactNode;
}

/** Something to know in the place where it matters: icon, words and colour. */
export function Callout({ tone, icon, title, role, children }: CalloutProps) {
  return (
    <div className={classes.callout} data-tone={tone} role={role}>
      <span className={classes.icon} aria-hidden>
        {icon}
      </span>
      <div className={classes.words}>
        {title !== undefined && <p className={classes.title}>{title}</p>}
        {children}
      </div>
    </div>
  );
}
