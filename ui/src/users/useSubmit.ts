import { useState, type FormEvent } from 'react';
import { api, ApiProblem, type WrongField } from '../api';

/** Runs a form's request, and keeps what the server said about its fields; asks for one's own password if it must be. */
export function useSubmit(run: () => Promise<void>) {
  const [busy, setBusy] = useState(false);
  const [errors, setErrors] = useState<readonly WrongField[]>([]);
  const [problem, setProblem] = useState<unknown>(null);
  const [confirming, setConfirming] = useState(false);
  const [refusal, setRefusal] = useState<string>();

  /** Whether it went well. */
  const confirm = async (form: HTMLFormElement): Promise<boolean> => {
    try {
      await api.post('/sessions/current/confirm', { password: new FormData(form).get('confirmation') });
      setConfirming(false);
      return true;
    } catch (cause) {
      if (!(cause instanceof ApiProblem && cause.errors.length > 0)) throw cause;
      setRefusal(cause.errors[0]?.detail);
      return false;
    }
  };

  return {
    busy,
    /** What is wrong with a field, by its pointer. */
    wrong: (pointer: string) =>
      errors.find((one) => one.pointer === pointer || one.pointer.startsWith(`${pointer}/`))?.detail,
    /** What went wrong that belongs to no field. */
    problem: errors.length > 0 ? null : problem,
    /** Whether one's own password is to be entered, and what was wrong with it. */
    confirming,
    refusal,
    submit: async (event: FormEvent<HTMLFormElement>) => {
      event.preventDefault();
      const form = event.currentTarget;
      setBusy(true);
      setErrors([]);
      setProblem(null);
      setRefusal(undefined);
      try {
        if (!confirming || (await confirm(form))) await run();
      } catch (cause) {
        if (cause instanceof ApiProblem && cause.unconfirmed) {
          setConfirming(true);
          return;
        }
        setErrors(cause instanceof ApiProblem ? cause.errors : []);
        setProblem(cause);
      } finally {
        setBusy(false);
      }
    },
  };
}
