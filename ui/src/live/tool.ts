import classes from './CameraPage.module.css';

/** Buttons in the head of the page; on a phone only their icon is drawn. */
export const tool = { root: classes.tool ?? '', section: classes.toolIcon ?? '', label: classes.toolLabel ?? '' };
