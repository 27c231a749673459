import { createTheme, Menu, type MantineColorsTuple, rem } from '@mantine/core';

const accent: MantineColorsTuple = [
  '#eaf2ff', '#d3e2fe', '#a6c4fb', '#7aa7f9', '#5b91f8', '#4a84f6', '#2f6ff0', '#255fd8', '#1b52bf', '#0c44a4',
];

/** Cool greys from text down to the page, so that pictures have the only colour. */
const dark: MantineColorsTuple = [
  '#d5dae3', '#a9b2c1', '#8d97a8', '#5c6676', '#39414e', '#2a313c', '#1d232c', '#151a21', '#0e1116', '#090b0f',
];

export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 7, dark: 6 },
  colors: { accent, dark },
  fontFamily: "Inter, ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'JetBrains Mono', SFMono-Regular, Menlo, Consolas, monospace",
  headings: { fontWeight: '600', sizes: { h1: { fontSize: rem(20) }, h2: { fontSize: rem(16) }, h3: { fontSize: rem(14) } } },
  defaultRadius: 'md',
  respectReducedMotion: true,
  cursorType: 'pointer',
  // It would be an entry of the menu that is none.
  components: { Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false } }) },
});
