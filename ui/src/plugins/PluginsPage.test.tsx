import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiProblem, type Uploaded } from '../api';
import type { KnownModel, Model } from '../events/types';
import { renderPage, violations } from '../test/render';
import { json, serve } from '../test/server';
import PluginsPage from './PluginsPage';
import { upload } from './upload';

vi.mock('./upload', () => ({ upload: vi.fn() }));
afterEach(() => vi.unstubAllGlobals());

const builtIn = {
  id: 'io.vigilnvr.camera.rtsp',
  version: '0.1.0',
  name: 'RTSP driver',
  state: 'active',
  provides: ['camera-driver:rtsp'],
  builtIn: true,
  installedFrom: 'distribution',
  error: null,
};
const added = { ...builtIn, id: 'org.example.demo', name: 'Demo', provides: ['camera-driver:demo'], builtIn: false, installedFrom: 'upload' };
const plan: Uploaded = {
  id: 'org.example.demo',
  version: '1.1.0',
  name: 'Demo',
  dryRun: true,
  action: 'update',
  replaces: '1.0.0',
  bytes: 12_345,
  sha256: 'ab12',
  signedBy: null,
  plugin: null,
};

function show() {
  const asked = serve({
    'GET /plugins': () => json({ items: [builtIn, added, { ...builtIn, id: 'io.vigilnvr.api', name: 'API', provides: [] }], next: null }),
    'POST /plugins/org.example.demo/stop': () => json({ ...added, state: 'stopped' }),
  });
  renderPage(
    <main>
      <PluginsPage />
    </main>,
    { path: '/plugins' },
  );
  return asked;
}

const jar = () => new File(['PK'], 'demo.jar', { type: 'application/java-archive' });

describe('PluginsPage', () => {
  it('tells added from built in, and what each provides in words', async () => {
    show();
    const own = await screen.findByRole('table', { name: 'Added' });
    expect(within(own).getByText('Camera driver: demo')).toBeVisible();
    expect(within(own).getByText(/· uploaded/)).toBeVisible();
    const rest = screen.getByRole('table', { name: 'Built in' });
    expect(within(rest).getByText('RTSP driver')).toBeVisible();
    expect(within(rest).queryByRole('button')).toBeNull();
    expect(screen.queryByText('API')).toBeNull();
    await userEvent.click(screen.getByRole('checkbox', { name: 'Show internal parts too' }));
    expect(screen.getByText('API')).toBeVisible();
    expect(await violations()).toEqual([]);
  });

  it('tells stopped from failed', async () => {
    serve({
      'GET /plugins': () =>
        json({
          items: [
            { ...added, state: 'resolved', error: null },
            { ...added, id: 'b', state: 'installed', error: 'something that it imports is missing' },
            { ...added, id: 'c', state: 'resolved', error: 'it is not started; see the log' },
          ],
          next: null,
        }),
    });
    renderPage(<PluginsPage />, { path: '/plugins' });
    expect(await screen.findByText('Stopped')).toBeVisible();
    expect(screen.getAllByText('Failed')).toHaveLength(2);
    expect(screen.getByText('it is not started; see the log')).toBeVisible();
    expect(screen.getByText('something that it imports is missing')).toBeVisible();
  });

  it('stops a plugin only after asking', async () => {
    const asked = show();
    await userEvent.click(await screen.findByRole('button', { name: 'Actions for Demo' }));
    await userEvent.click(await screen.findByRole('menuitem', { name: 'Stop…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Stop Demo?' });
    expect(within(dialog).getByText(/camera-driver:demo/)).toBeVisible();
    expect(asked.some(({ method }) => method === 'POST')).toBe(false);
    await userEvent.click(within(dialog).getByRole('button', { name: 'Stop' }));
    await waitFor(() => expect(asked.some(({ path }) => path === '/plugins/org.example.demo/stop')).toBe(true));
  });

  it('shows what a dropped file would do, and installs it only then', async () => {
    vi.mocked(upload).mockReset().mockResolvedValue(plan);
    show();
    fireEvent.drop(await screen.findByRole('table', { name: 'Added' }), { dataTransfer: { files: [jar()] } });
    expect(await screen.findByText('Demo 1.1.0 would replace version 1.0.0.')).toBeVisible();
    expect(screen.getByText(/Nobody has signed it/)).toBeVisible();
    expect(await violations()).toEqual([]);
    expect(vi.mocked(upload).mock.calls.map(([, { dryRun }]) => dryRun)).toEqual([true]);
    await userEvent.click(screen.getByRole('button', { name: 'Update' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(vi.mocked(upload).mock.calls.map(([, { dryRun }]) => dryRun)).toEqual([true, false]);
  });

  it('asks for the password again where it was sent long ago', async () => {
    const unconfirmed = new ApiProblem(403, 'Forbidden', undefined, [], undefined, 'urn:vigil:problem:unconfirmed');
    vi.mocked(upload).mockReset().mockResolvedValueOnce(plan).mockRejectedValueOnce(unconfirmed).mockResolvedValueOnce(plan);
    const words = ['wrong', 'right'];
    const asked = serve({
      'GET /plugins': () => json({ items: [builtIn, added], next: null }),
      'POST /sessions/current/confirm': () =>
        words.shift() === 'right'
          ? new Response(null, { status: 204 })
          : json({ title: 'Invalid content', errors: [{ pointer: '/password', detail: 'is wrong' }] }, 422),
    });
    renderPage(
      <main>
        <PluginsPage />
      </main>,
      { path: '/plugins' },
    );
    fireEvent.drop(await screen.findByRole('table', { name: 'Added' }), { dataTransfer: { files: [jar()] } });
    await userEvent.click(await screen.findByRole('button', { name: 'Update' }));
    const password = await screen.findByLabelText(/^Password/);
    await userEvent.type(password, 'mistake{Enter}');
    expect(await screen.findByText('is wrong')).toBeVisible();
    expect(await violations()).toEqual([]);
    await userEvent.clear(screen.getByLabelText(/^Password/));
    await userEvent.type(screen.getByLabelText(/^Password/), 'secret{Enter}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(asked.filter(({ method }) => method === 'POST').map(({ body }) => body)).toEqual([{ password: 'mistake' }, { password: 'secret' }]);
    expect(vi.mocked(upload).mock.calls.map(([, { dryRun }]) => dryRun)).toEqual([true, false, false]);
  });

  it('says each reason why a file cannot be installed', async () => {
    vi.mocked(upload)
      .mockReset()
      .mockRejectedValue(new ApiProblem(422, 'Invalid content', undefined, [{ pointer: '/file', detail: 'it needs Java 21' }]));
    show();
    await userEvent.click(await screen.findByRole('button', { name: 'Add plugin' }));
    await userEvent.upload(await screen.findByLabelText('Choose a file', { selector: 'input' }), jar());
    expect(await screen.findByText('it needs Java 21')).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Install' })).toBeNull();
  });

  describe('models', () => {
    const yolox: Model = {
      id: 'yolox-nano', name: 'YOLOX-nano', version: '0.1.1', licence: 'Apache-2.0', decoder: 'yolox', widthPx: 416, heightPx: 416,
      labels: ['person', 'car'], sha256: 'ab', state: 'ready', error: null, bytes: 3_660_000,
    };
    const nanodet: KnownModel = {
      id: 'nanodet-m', name: 'NanoDet-m', version: '1.0.0', licence: 'Apache-2.0', source: 'RangiLyu', url: 'https://models.example.org/n.onnx',
      sha256: 'cd', bytes: 998_169, installed: false,
    };
    const showModels = (post: () => Response) => {
      const asked = serve({
        'GET /plugins': () => json({ items: [builtIn], next: null }),
        'GET /models': () => json({ items: [yolox, { ...yolox, id: 'bad', name: 'Bad', state: 'failed', error: 'no outputs' }], next: null }),
        'GET /models/catalog': () => json({ items: [nanodet, { ...nanodet, id: 'yolox-nano', name: 'YOLOX-nano', installed: true }], next: null }),
        'POST /models': post,
        'DELETE /models/bad': () => new Response(null, { status: 204 }),
      });
      renderPage(<main><PluginsPage /></main>, { path: '/plugins' });
      return asked;
    };

    it('installs one of the catalogue, and removes one after asking', async () => {
      const asked = showModels(() => json(yolox, 201));
      const table = await screen.findByRole('table', { name: 'Models' });
      expect(within(table).getByText('no outputs')).toBeVisible();
      expect(screen.queryByRole('button', { name: 'Install YOLOX-nano' })).toBeNull();
      await userEvent.click(await screen.findByRole('button', { name: 'Install NanoDet-m' }));
      await waitFor(() => expect(asked.some(({ method }) => method === 'POST')).toBe(true));
      expect((asked.find(({ method }) => method === 'POST')?.body as FormData).get('catalog')).toBe('nanodet-m');
      expect(await violations()).toEqual([]);
      await userEvent.click(screen.getByRole('button', { name: 'Remove Bad' }));
      await userEvent.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Remove' }));
      await waitFor(() => expect(asked.some(({ method, path }) => method === 'DELETE' && path === '/models/bad')).toBe(true));
    });

    it('takes a file with what it is, and says what is wrong with it', async () => {
      const asked = showModels(() => json({ title: 'Invalid', errors: [{ pointer: '/file', detail: 'has an op that is not allowed' }] }, 422));
      await userEvent.click(await screen.findByRole('button', { name: 'Add model' }));
      const dialog = await screen.findByRole('dialog', { name: 'Add a model' });
      expect(within(dialog).getByRole('button', { name: 'Install' })).toBeDisabled();
      await userEvent.upload(dialog.querySelector('input[type=file]') ?? document.querySelector('input[accept=".onnx,.jar"]') as HTMLInputElement, new File(['x'], 'm.onnx'));
      fireEvent.change(within(dialog).getByLabelText('Descriptor'), { target: { value: '{"id":"m"}' } });
      await userEvent.click(within(dialog).getByRole('button', { name: 'Install' }));
      expect(await within(dialog).findByText('file: has an op that is not allowed')).toBeVisible();
      const body = asked.find(({ method }) => method === 'POST')?.body as FormData;
      expect(body.get('descriptor')).toBe('{"id":"m"}');
      expect((body.get('file') as File).name).toBe('m.onnx');
    });
  });
});
