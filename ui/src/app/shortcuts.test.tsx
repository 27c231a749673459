import { fireEvent, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { ShortcutsProvider, useShortcut, useShortcutList } from './shortcuts';

function Key({ keys, run, enabled }: { keys: string; run: () => void; enabled?: boolean }) {
  useShortcut(keys, `does ${keys}`, run, { enabled });
  return null;
}

function List() {
  return (
    <ul>
      {useShortcutList().map((it) => (
        <li key={it.keys}>{it.description}</li>
      ))}
    </ul>
  );
}

describe('useShortcut', () => {
  it.each([
    ['j', { key: 'j' }],
    ['shift+j', { key: 'J', shiftKey: true }],
    ['mod+k', { key: 'k', ctrlKey: true }],
    ['mod+k', { key: 'k', metaKey: true }],
    ['?', { key: '?', shiftKey: true }],
    ['[', { key: '[' }],
    ['[', { key: '[', altKey: false, ctrlKey: false }],
    ['space', { key: ' ' }],
    ['arrowleft', { key: 'ArrowLeft' }],
    ['shift+arrowleft', { key: 'ArrowLeft', shiftKey: true }],
  ])('runs %s', (keys, event) => {
    const run = vi.fn();
    render(
      <ShortcutsProvider off={false}>
        <Key keys={keys} run={run} />
      </ShortcutsProvider>,
    );
    const notPrevented = fireEvent.keyDown(document.body, event);
    expect(run).toHaveBeenCalledOnce();
    expect(notPrevented).toBe(false);
  });

  it('runs a sequence, and not its second stroke alone', async () => {
    const sequence = vi.fn();
    render(
      <ShortcutsProvider off={false}>
        <Key keys="g l" run={sequence} />
      </ShortcutsProvider>,
    );
    await userEvent.keyboard('l');
    expect(sequence).not.toHaveBeenCalled();
    await userEvent.keyboard('gl');
    expect(sequence).toHaveBeenCalledOnce();
    await userEvent.keyboard('gxl');
    expect(sequence).toHaveBeenCalledOnce();
  });

  it('leaves the keys to who types, and space to a button', async () => {
    const run = vi.fn();
    render(
      <ShortcutsProvider off={false}>
        <Key keys="j" run={run} />
        <Key keys="space" run={run} />
        <input aria-label="name" />
        <button type="button">press</button>
      </ShortcutsProvider>,
    );
    await userEvent.type(screen.getByLabelText('name'), 'j j');
    screen.getByRole('button').focus();
    await userEvent.keyboard(' ');
    expect(run).not.toHaveBeenCalled();
    expect(screen.getByLabelText('name')).toHaveValue('j j');
  });

  it('has single keys off where they are not wanted, and others not', async () => {
    const single = vi.fn();
    const chord = vi.fn();
    render(
      <ShortcutsProvider off>
        <Key keys="j" run={single} />
        <Key keys="mod+k" run={chord} />
      </ShortcutsProvider>,
    );
    await userEvent.keyboard('j{Control>}k{/Control}');
    expect(single).not.toHaveBeenCalled();
    expect(chord).toHaveBeenCalledOnce();
  });

  it('lets the newest win, and gives back when that goes', async () => {
    const page = vi.fn();
    const dialog = vi.fn();
    const tree = (open: boolean) => (
      <ShortcutsProvider off={false}>
        <Key keys="x" run={page} />
        {open && <Key keys="x" run={dialog} />}
      </ShortcutsProvider>
    );
    const { rerender } = render(tree(true));
    await userEvent.keyboard('x');
    rerender(tree(false));
    await userEvent.keyboard('x');
    expect(dialog).toHaveBeenCalledOnce();
    expect(page).toHaveBeenCalledOnce();
  });

  it('lists what can be pressed now', () => {
    const tree = (enabled: boolean) => (
      <ShortcutsProvider off={false}>
        <Key keys="a" run={vi.fn()} />
        <Key keys="b" run={vi.fn()} enabled={enabled} />
        <List />
      </ShortcutsProvider>
    );
    const { rerender } = render(tree(false));
    expect(screen.getAllByRole('listitem').map((it) => it.textContent)).toEqual(['does a']);
    rerender(tree(true));
    expect(screen.getAllByRole('listitem')).toHaveLength(2);
  });
});
