import { useState, type FormEvent } from 'react';
import { ApiProblem, type WrongField } from '../api';

/** Runs a form's request, and keeps what the server said about its fields. */
export function useSubmit(run: () => Promise<void>) {
  const [busy, setBusy] = useState(false);
  const [errors, setErrors] = useState<readonly WrongField[]>([]);
  const [problem, setProblem] = useState<unknown>(null);
  return {
    busy,
    /** What is wrong with a field, by its pointer. */
    wrong: (pointer: string) =>
      errors.find((one) => one.pointer === pointer || one.pointer.startsWith(`${pointer}/`))?.detail,
    /** What went wrong that belongs to no field. */
    problem: errors.length > 0 ? null : problem,
    submit: async (event: FormEvent) => {
      event.preventDefault();
      setBusy(true);
      setErrors([]);
      setProblem(null);
      try {
        await run();
      } catch (cause) {
        setErrors(cause instanceof ApiProblem ? cause.errors : []);
        setProblem(cause);
      } finally {
        setBusy(false);
      }
    },
  };
}
