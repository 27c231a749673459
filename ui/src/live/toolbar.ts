import classes from './LivePage.module.css';

/** Buttons above the pictures; on a phone only their icon is drawn. */
export const tool = { root: classes.tool ?? '', section: classes.toolIcon ?? '', label: classes.toolLabel ?? '' };
