export { Timeline, withEnd, withStart } from './Timeline';
export type { Time, TimelineProps } from './Timeline';
export type { Gap, Lane, Mark } from './lanes';
export type { Range } from './view';
export { useRecordings } from './recordings';
export type { Footage } from './recordings';
export { neighbour, useMarks } from './marks';
