/** Once what is wrong has been drawn, leads to the first of it. */
export function focusFirstInvalid() {
  requestAnimationFrame(() =>
    requestAnimationFrame(() => document.querySelector<HTMLElement>('main [aria-invalid="true"]')?.focus()),
  );
}
