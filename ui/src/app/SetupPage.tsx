import { Alert, Button, Group, Progress, TextInput, PasswordInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { IconAlertCircle, IconCheck, IconDatabase, IconKey, IconPlayerPlay, IconPlus, IconTerminal2 } from '@tabler/icons-react';
import { type FormEvent, lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Navigate, useSearchParams } from 'react-router';
import { api, ApiProblem } from '../api/client';
import { keys, useCamerasQuery, useProviders, useVolumes } from '../api/queries';
import type { Volume } from '../api/types';
import { EmptyState } from '../common/EmptyState';
import { ErrorState, useProblemText } from '../common/ErrorState';
import { useFormat } from '../common/format';
import { PageLoading, useDocumentTitle } from '../common/Page';
import { Thumbnail } from '../cameras/Thumbnail';
import { Gate } from './Gate';
import { hasPage } from './pages';
import { type SessionBody, useSessionQuery, useSetupNeeded } from './sessionQuery';
import classes from './SetupPage.module.css';

const AddVolume = lazy(async () => ({ default: (await import('../storage/AddVolume')).AddVolume }));

const steps = ['account', 'storage', 'camera'] as const;
type Step = (typeof steps)[number];

/** As many characters as the server asks for. */
const SHORTEST_PASSWORD = 12;

/** What four cameras of 4 Mbit/s write in a day, for an idea of how long a disk lasts. */
const EXAMPLE_BYTES_PER_DAY = ((4 * 4_000_000) / 8) * 86_400;

const MOST_SHOWN = 4;

/** The first start: who rules, where recordings go, and the first camera. */
export default function SetupPage() {
  const { t } = useTranslation('app');
  useDocumentTitle(t('setup.title'));
  const session = useSessionQuery();
  const needed = useSetupNeeded();
  const setupKnown = useQueryClient().getQueryData(keys.setup) !== undefined;
  const [step, setStep] = useState<Step>('account');
  const [search] = useSearchParams();
  // Taken out of the address bar, where it would stay in the history.
  const [token] = useState(() => search.get('token'));
  useEffect(() => {
    if (token !== null) window.history.replaceState(window.history.state, '', '/setup');
  }, [token]);

  if (session.isPending) return <PageLoading />;
  if (session.isError) return <ErrorState problem={session.error} retry={() => void session.refetch()} />;
  if (step === 'account') {
    if (session.data !== null) return <Navigate to="/live" replace />;
    if (!setupKnown) return <PageLoading />;
    if (!needed) return <Navigate to="/signin" replace />;
    if (token === null) return <NoToken />;
  }
  return (
    <Gate title={t('setup.title')} wide>
      <Steps at={step} />
      {step === 'account' && token !== null && <Account token={token} done={() => setStep('storage')} />}
      {step === 'storage' && <Storage done={() => setStep('camera')} />}
      {step === 'camera' && <FirstCamera />}
    </Gate>
  );
}

function NoToken() {
  const { t } = useTranslation('app');
  return (
    <Gate title={t('setup.title')} wide>
      <EmptyState icon={<IconTerminal2 size={26} />} title={t('setup.noToken')}>
        {t('setup.noTokenText')}
      </EmptyState>
    </Gate>
  );
}

function Steps({ at }: { at: Step }) {
  const { t } = useTranslation('app');
  const now = steps.indexOf(at);
  return (
    <ol className={classes.steps}>
      {steps.map((step, index) => (
        <li key={step} className={classes.step} data-done={index < now || undefined} aria-current={index === now ? 'step' : undefined}>
          <span className={classes.number} aria-hidden>
            {index < now ? <IconCheck size={14} stroke={3} /> : index + 1}
          </span>
          {t(`setup.${step}.name`)}
        </li>
      ))}
    </ol>
  );
}

/** The heading of a step; the keyboard and the reader are taken to it. */
function StepHead({ title, text }: { title: string; text: string }) {
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => head.current?.focus(), []);
  return (
    <>
      <h2 ref={head} tabIndex={-1} className={classes.title}>
        {title}
      </h2>
      <p className={classes.text}>{text}</p>
    </>
  );
}

function Account({ token, done }: { token: string; done: () => void }) {
  const { t } = useTranslation('app');
  const client = useQueryClient();
  const describe = useProblemText();
  const [password, setPassword] = useState('');
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const missing = SHORTEST_PASSWORD - [...password].length;

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const username = new FormData(event.currentTarget).get('username');
    setWrong({});
    setProblem(undefined);
    if (missing > 0) {
      setWrong({ '/password': t('setup.account.short', { count: SHORTEST_PASSWORD }) });
      return;
    }
    setBusy(true);
    try {
      await api.post('/setup', { token, username, password }, { anonymous: true });
      const body = await api.post<SessionBody>('/sessions', { username, password }, { anonymous: true });
      // The step first: at this one, who is signed in would be sent away.
      done();
      client.setQueryData(keys.setup, { needed: false });
      client.setQueryData(keys.session, body);
    } catch (failure) {
      const fields = failure instanceof ApiProblem ? failure.errors : [];
      setWrong(Object.fromEntries(fields.map((it) => [it.pointer, it.detail])));
      if (!fields.some((it) => it.pointer === '/username' || it.pointer === '/password')) setProblem(describe(failure));
      setBusy(false);
    }
  };

  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <StepHead title={t('setup.account.title')} text={t('setup.account.text')} />
      {problem !== undefined && (
        <Alert color="red" variant="light" icon={<IconAlertCircle size={18} />} mt="md" role="alert">
          {problem}
        </Alert>
      )}
      <div className={classes.fields}>
        <TextInput
          name="username"
          label={t('signIn.username')}
          defaultValue="admin"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          size="md"
          error={wrong['/username']}
        />
        <PasswordInput
          name="password"
          label={t('signIn.password')}
          description={t('setup.account.rule', { count: SHORTEST_PASSWORD })}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          autoComplete="new-password"
          size="md"
          error={wrong['/password']}
          visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }}
        />
      </div>
      <Group justify="flex-end" mt="xl">
        <Button type="submit" size="md" loading={busy} leftSection={<IconKey size={18} />}>
          {t('setup.account.button')}
        </Button>
      </Group>
    </form>
  );
}

function Storage({ done }: { done: () => void }) {
  const { t } = useTranslation('app');
  const volumes = useVolumes();
  const backends = useProviders('storage-backends');
  const [adding, setAdding] = useState(false);
  return (
    <>
      <StepHead title={t('setup.storage.title')} text={t('setup.storage.text')} />
      {volumes.isError && <ErrorState problem={volumes.error} retry={() => void volumes.refetch()} />}
      <ul className={classes.volumes}>
        {volumes.data?.map((volume) => (
          <VolumeRow key={volume.id} volume={volume} />
        ))}
      </ul>
      <Group justify="space-between" mt="xl">
        <Button
          variant="subtle"
          leftSection={<IconPlus size={18} />}
          disabled={backends.data === undefined}
          onClick={() => setAdding(true)}
        >
          {t('setup.storage.add')}
        </Button>
        <Button size="md" onClick={done}>
          {t('setup.next')}
        </Button>
      </Group>
      {backends.data && (
        <Suspense>
          <AddVolume opened={adding} onClose={() => setAdding(false)} backends={backends.data} />
        </Suspense>
      )}
    </>
  );
}

function VolumeRow({ volume: { location, totalBytes, freeBytes } }: { volume: Volume }) {
  const { t } = useTranslation('app');
  const format = useFormat();
  const known = totalBytes != null && freeBytes != null && totalBytes > 0;
  return (
    <li className={classes.volume}>
      <IconDatabase size={22} stroke={1.6} aria-hidden />
      <div className={classes.where}>
        <code>{location}</code>
        {known && (
          <>
            <Progress
              value={(1 - freeBytes / totalBytes) * 100}
              size="sm"
              mt={8}
              aria-label={t('setup.storage.used', { where: location })}
            />
            <span className={classes.free}>
              {t('setup.storage.free', { free: format.bytes(freeBytes), total: format.bytes(totalBytes) })}{' '}
              {t('setup.storage.lasts', { count: Math.max(1, Math.floor(freeBytes / EXAMPLE_BYTES_PER_DAY)) })}
            </span>
          </>
        )}
      </div>
    </li>
  );
}

function FirstCamera() {
  const { t } = useTranslation('app');
  const cameras = useCamerasQuery();
  if (cameras.isPending) return <PageLoading />;
  const count = cameras.data?.length ?? 0;
  const some = count > 0;
  return (
    <>
      <StepHead
        title={some ? t('setup.camera.some', { count }) : t('setup.camera.title')}
        text={t(some ? 'setup.camera.someText' : 'setup.camera.text')}
      />
      {some && (
        <Group mt="md" gap="sm">
          {cameras.data?.slice(0, MOST_SHOWN).map(({ id, name }) => (
            <Group key={id} gap="xs" wrap="nowrap">
              <Thumbnail cameraId={id} live />
              <span>{name}</span>
            </Group>
          ))}
        </Group>
      )}
      <Group justify="flex-end" mt="xl">
        {hasPage('/cameras/new') && some && <AddCamera variant="subtle" />}
        <Button
          component={Link}
          to="/live"
          replace
          {...(some ? { size: 'md', leftSection: <IconPlayerPlay size={18} /> } : { variant: 'subtle' })}
        >
          {t(some ? 'setup.camera.watch' : 'setup.camera.later')}
        </Button>
        {hasPage('/cameras/new') && !some && <AddCamera size="md" />}
      </Group>
    </>
  );
}

function AddCamera(looks: { variant?: string; size?: string }) {
  const { t } = useTranslation('app');
  return (
    <Button component={Link} to="/cameras/new" replace leftSection={<IconPlus size={18} />} {...looks}>
      {t('setup.camera.button')}
    </Button>
  );
}
