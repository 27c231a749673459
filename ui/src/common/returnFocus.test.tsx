import { act, render, screen, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';
import { useReturnFocus } from './returnFocus';

function Asks() {
  useReturnFocus();
  return <input autoFocus aria-label="why" />;
}

it('gives the focus back to what had it', async () => {
  const page = (asks: boolean) => (
    <>
      <button type="button">Remove</button>
      {asks && <Asks />}
    </>
  );
  const { rerender } = render(page(false));
  act(() => screen.getByRole('button').focus());
  rerender(page(true));
  expect(screen.getByRole('textbox')).toHaveFocus();
  rerender(page(false));
  await waitFor(() => expect(screen.getByRole('button')).toHaveFocus());
});

it('gives it back to what opened the menu, for an entry is gone', async () => {
  const page = (menu: boolean, asks: boolean) => (
    <>
      <button type="button" aria-controls="deeds">
        Actions
      </button>
      {menu && (
        <div role="menu" id="deeds">
          <div role="menuitem" tabIndex={-1}>
            Remove
          </div>
        </div>
      )}
      {asks && <Asks />}
    </>
  );
  const { rerender } = render(page(true, false));
  act(() => screen.getByRole('menuitem').focus());
  rerender(page(true, true));
  rerender(page(false, true));
  rerender(page(false, false));
  await waitFor(() => expect(screen.getByRole('button')).toHaveFocus());
});
