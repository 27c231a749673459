import { Button } from '@mantine/core';
import { IconAlertTriangle, IconRefresh } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../api/client';
import { EmptyState } from './EmptyState';

/** What went wrong, in words for the reader: the server's own where it gave some. */
export function useProblemText(): (problem: unknown) => string {
  const { t } = useTranslation();
  return (problem) => {
    if (!(problem instanceof ApiProblem)) return t('problem.unknown');
    if (problem.status === 0) return t('problem.connection');
    if (problem.status === 429 && problem.retryAfterSeconds) return t('problem.wait', { seconds: problem.retryAfterSeconds });
    if (problem.detail) return problem.detail;
    if (problem.status === 403) return t('problem.forbidden');
    if (problem.status === 404) return t('problem.missing');
    if (problem.transient) return t('problem.away');
    return problem.title;
  };
}

export function ErrorState({ problem, retry }: { problem: unknown; retry?: () => void }) {
  const { t } = useTranslation();
  const text = useProblemText();
  const missing = problem instanceof ApiProblem && problem.status === 404;
  return (
    <div role="alert" style={{ display: 'contents' }}>
      <EmptyState
        icon={<IconAlertTriangle size={26} />}
        title={missing ? t('problem.missingTitle') : t('problem.title')}
        action={
          retry && (
            <Button variant="default" leftSection={<IconRefresh size={16} />} onClick={retry}>
              {t('retry')}
            </Button>
          )
        }
      >
        {text(problem)}
      </EmptyState>
    </div>
  );
}
