/** The colours that the canvas is painted with, as the browser worked them out from the style sheet. */
export interface Palette {
  readonly lane: string;
  readonly recorded: string;
  readonly combined: string;
  readonly hatch: string;
  readonly grid: string;
  readonly gridMajor: string;
  readonly text: string;
  readonly textMajor: string;
  readonly playhead: string;
  readonly onPlayhead: string;
  readonly now: string;
  readonly future: string;
  readonly selection: string;
  readonly selectionEdge: string;
  readonly hover: string;
  readonly motion: string;
  readonly object: string;
  readonly external: string;
  readonly system: string;
  readonly onMark: string;
}

const NAMES = [
  'lane',
  'recorded',
  'combined',
  'hatch',
  'grid',
  'gridMajor',
  'text',
  'textMajor',
  'playhead',
  'onPlayhead',
  'now',
  'future',
  'selection',
  'selectionEdge',
  'hover',
  'motion',
  'object',
  'external',
  'system',
  'onMark',
] as const satisfies readonly (keyof Palette)[];

/** Custom properties keep `var()` and `light-dark()` unresolved, so an element has to wear each of them once. */
export function paletteOf(element: HTMLElement): Palette {
  const probe = document.createElement('span');
  probe.hidden = true;
  element.append(probe);
  const out: Partial<Record<keyof Palette, string>> = {};
  for (const name of NAMES) {
    probe.style.color = `var(--timeline-${name})`;
    out[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  return out as Palette;
}
