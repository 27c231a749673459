import type { RJSFSchema } from '@rjsf/utils';
import { act, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createRef, useState } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { WrongField } from '../api';
import { speak } from '../i18n';
import { renderPage, violations } from '../test/render';
import { rtsp } from './fixtures';
import { SchemaForm, type SchemaFormHandle } from './SchemaForm';
import type { Settings } from './settings';

interface Given {
  schema?: RJSFSchema;
  value?: Settings;
  secretsSet?: string[];
  errors?: WrongField[];
}

function show({ schema = rtsp.schema as RJSFSchema, value = {}, secretsSet, errors = [] }: Given = {}) {
  const form = createRef<SchemaFormHandle>();
  const now: { value: Settings; say: (errors: WrongField[]) => void } = { value, say: () => undefined };
  function Holder() {
    const [settings, setSettings] = useState(value);
    const [said, setSaid] = useState(errors);
    now.value = settings;
    now.say = setSaid;
    return (
      <SchemaForm ref={form} schema={schema} value={settings} onChange={setSettings} secretsSet={secretsSet} errors={said} />
    );
  }
  const rendered = renderPage(<Holder />);
  const validate = () => {
    let good: boolean | undefined;
    act(() => {
      good = form.current?.validate();
    });
    return good;
  };
  return { ...rendered, now, validate };
}

describe('SchemaForm', () => {
  afterEach(async () => {
    vi.restoreAllMocks();
    await speak('en');
  });

  it('shows a field for each setting, with its words, and nothing that axe objects to', async () => {
    show();
    expect(screen.getByLabelText(/^Address\b(?! of)/)).toHaveAccessibleDescription('Of the stream in full resolution.');
    expect(screen.getByRole('switch', { name: 'Send the password unencrypted' })).not.toBeChecked();
    expect(screen.getByLabelText('Password')).toHaveAttribute('type', 'password');
    expect(screen.queryByRole('heading')).toBeNull();
    expect(await violations()).toEqual([]);
  });

  it('refuses what does not fit, says why at the field, and takes it when it is right', async () => {
    const { now, validate } = show();
    expect(validate()).toBe(false);
    const address = screen.getByLabelText(/^Address\b(?! of)/);
    expect(address).toBeInvalid();
    expect(screen.getByText('Enter this.')).toBeVisible();

    await userEvent.type(address, 'rtsp://192.0.2.1/main');
    expect(screen.queryByText('Enter this.')).toBeNull();
    expect(validate()).toBe(true);
    expect(now.value).toMatchObject({ url: 'rtsp://192.0.2.1/main', transport: 'tcp', basicAllowed: false });
  });

  it('puts what the server says at its field, until that field is changed', async () => {
    const { now } = show({ value: { url: 'rtsp://x', username: 'cam' } });
    act(() => now.say([{ pointer: '/url', detail: 'names a host that nobody knows' }]));
    const address = screen.getByLabelText(/^Address\b(?! of)/);
    expect(address).toBeInvalid();
    expect(screen.getByText('names a host that nobody knows')).toBeVisible();

    await userEvent.type(screen.getByLabelText('User name'), '2');
    expect(screen.getByText('names a host that nobody knows')).toBeVisible();
    await userEvent.type(address, 'y');
    expect(screen.queryByText('names a host that nobody knows')).toBeNull();
  });

  it('says the limits of numbers in words, with the unit behind the value', async () => {
    const { validate } = show({
      schema: {
        type: 'object',
        properties: { wait: { type: 'integer', title: 'Timeout (ms)', minimum: 100, maximum: 10_000 } },
      },
      value: { wait: 3000 },
    });
    const field = screen.getByLabelText('Timeout');
    expect(field).toHaveValue('3000 ms');
    expect(field).toHaveAccessibleDescription('From 100 to 10000.');
    await userEvent.clear(field);
    await userEvent.type(field, '20000');
    expect(validate()).toBe(false);
    expect(screen.getByText('Enter 10000 or less.')).toBeVisible();
  });

  it.each([
    { spoken: 'en', browser: 'en-GB', point: '.' },
    { spoken: 'en', browser: 'de-DE', point: '.' },
    { spoken: 'de', browser: 'de-DE', point: ',' },
    { spoken: 'de', browser: 'en-GB', point: ',' },
  ] as const)('has the same fields for numbers in $spoken where the browser has $browser', async ({ spoken, browser, point }) => {
    vi.spyOn(navigator, 'languages', 'get').mockReturnValue([browser]);
    await speak(spoken);
    const schema: RJSFSchema = {
      type: 'object',
      properties: { share: { type: 'number', title: 'Share (%)', minimum: 0, maximum: 0.95 } },
    };
    const { now, validate } = show({ schema, value: { share: 0.5 } });
    const field = screen.getByLabelText('Share');
    expect(field).toHaveValue(`0${point}5 %`);
    expect(field.getAttribute('aria-describedby')).toBeTruthy();
    await userEvent.type(field, '{ArrowUp}');
    expect(now.value).toEqual({ share: 0.55 });
    await userEvent.clear(field);
    await userEvent.type(field, `0${point}75`);
    expect(field).toHaveValue(`0${point}75 %`);
    expect(now.value).toEqual({ share: 0.75 });
    expect(validate()).toBe(true);
  });

  describe('with a stored secret', () => {
    const stored = { value: { url: 'rtsp://x' }, secretsSet: ['password'] };

    it('shows that it is there and never a value, and keeps it if nothing is done', () => {
      const { now, validate } = show(stored);
      const group = screen.getByRole('group', { name: 'Password' });
      expect(within(group).getByText('Stored. It cannot be shown.')).toBeVisible();
      expect(screen.queryByLabelText('Password', { selector: 'input' })).toBeNull();
      expect(validate()).toBe(true);
      expect(now.value).not.toHaveProperty('password');
    });

    it('replaces it when one is entered, and lets that be taken back', async () => {
      const { now } = show(stored);
      await userEvent.click(screen.getByRole('button', { name: 'Change' }));
      await userEvent.type(screen.getByLabelText('Password', { selector: 'input' }), 'new secret');
      expect(now.value.password).toBe('new secret');
      await userEvent.click(screen.getByRole('button', { name: 'Keep the stored one' }));
      expect(now.value.password).toBeUndefined();
      expect(screen.getByText('Stored. It cannot be shown.')).toBeVisible();
    });

    it('removes it only when asked to, which is null', async () => {
      const { now, validate } = show(stored);
      await userEvent.click(screen.getByRole('button', { name: 'Remove' }));
      expect(now.value.password).toBeNull();
      expect(validate()).toBe(true);
      await userEvent.click(screen.getByRole('button', { name: 'Keep it' }));
      expect(now.value.password).toBeUndefined();
    });

    it('does not ask again for one that is required', () => {
      const schema = { ...(rtsp.schema as RJSFSchema), required: ['url', 'password'] };
      expect(show({ ...stored, schema }).validate()).toBe(true);
      expect(screen.queryByRole('button', { name: 'Remove' })).toBeNull();
    });
  });
});
